using System.CommandLine;
using Zhice.Cli.Bulk;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice export`: writes all customers to a file.</summary>
internal static class ExportCommand
{
    private const string StandardOutput = "-";

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Where to write; '-' is standard output. Example: customers.csv" };
        var format = BulkFormats.Option();
        var tags = new Option<string?>("--tags") { Description = "The tags to write; else all that are written. Example: --tags age,job", HelpName = "TAG,…" };
        var withoutConsents = new Option<bool>("--no-consents") { Description = "Writes no columns of consents. Example: zhice export tags.csv --no-consents" };
        var oneInstant = new Option<bool>("--one-instant") { Description = "All customers as they are at one instant; slows a large database down meanwhile. Example: zhice export all.csv --one-instant" };
        return new Command("export", "Writes all customers, none older than the begin, to a file that can be imported again. Sensitive tags are written as they are. Example: zhice export customers.parquet")
        {
            file, format, tags, withoutConsents, oneInstant,
        }.Runs(async session =>
        {
            var path = session.Get(file);
            var isStandardOutput = path == StandardOutput;
            var request = new ExportRequest
            {
                Format = BulkFormats.Resolve(session.Get(format), isStandardOutput ? "a.csv" : path),
                WithoutConsents = session.Get(withoutConsents),
                OneInstant = session.Get(oneInstant),
            };
            request.TagIds.AddRange(session.Get(tags)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? []);
            var answer = await session.Client.Bulk.ExportAsync(request, cancellationToken: session.Cancellation);
            var operation = await OperationWaiting.UntilDoneAsync(session, answer.Operation, "export");
            if (operation.ResultCase == Google.LongRunning.Operation.ResultOneofCase.Error)
            {
                OperationText.PrintError(session.Terminal, operation);
                return ExitCode.Failed;
            }

            if (isStandardOutput)
            {
                await using var output = Console.OpenStandardOutput();
                await Download.ToAsync(session, operation.Name, output);
                return ExitCode.Done;
            }

            // A file that is there is replaced only by a whole one.
            var part = path + ".part";
            await using (var output = File.Create(part))
            {
                await Download.ToAsync(session, operation.Name, output);
            }

            // An import takes the time of the last change for the time of the data.
            if (operation.Response.Unpack<ExportResult>().AsOfTime is { } asOf)
            {
                File.SetLastWriteTimeUtc(part, asOf.ToDateTime());
            }

            File.Move(part, path, overwrite: true);
            session.Terminal.Done(operation, OperationText.Summary(operation));
            return ExitCode.Done;
        });
    }
}
