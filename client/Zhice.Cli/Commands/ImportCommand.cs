using System.CommandLine;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Cli.Bulk;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice import`: loads customers, tags and consents from a file.</summary>
internal static class ImportCommand
{
    private static readonly Dictionary<string, ImportMode> Modes = new(StringComparer.Ordinal)
    {
        ["changed"] = ImportMode.Changed,
        ["full"] = ImportMode.Full,
    };

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A CSV, NDJSON or Parquet file, perhaps packed by gzip, with the column customer_id, columns named as tags, consent:CHANNEL:marketing and consent:*:personalization, with when it was said as consent_time:CHANNEL:marketing. Example: tags.csv.gz" };
        file.Validators.Add(result =>
        {
            if (!File.Exists(result.GetValueOrDefault<string>()))
            {
                result.AddError($"There is no file '{result.GetValueOrDefault<string>()}'.");
            }
        });
        var format = BulkFormats.Option();
        var mode = new Option<string>("--mode")
        {
            Description = "What a row says about tags that it leaves out: changed: nothing; full: those that an import wrote are gone. Example: --mode full",
            HelpName = "MODE",
            DefaultValueFactory = _ => "changed",
        }.AcceptOnlyFromAmong([.. Modes.Keys]);
        var asOf = new Option<string?>("--as-of")
        {
            Description = $"When the data was true; else when the file was changed last. What else was written since is kept. Example: --as-of {InstantText.Example}",
            HelpName = "TIME",
        };
        asOf.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !InstantText.TryParse(text, out _))
            {
                result.AddError($"--as-of must be a time with its offset, such as {InstantText.Example}, not '{text}'.");
            }
        });
        var maxRejects = new Option<long?>("--max-rejects") { Description = "Stops when more rows than this are rejected. Example: --max-rejects 100", HelpName = "N" };
        var rejects = new Option<string?>("--rejects") { Description = "Where to write the rejected rows (line, column, value, reason). Example: --rejects bad.csv", HelpName = "FILE" };
        var again = new Option<bool>("--again") { Description = "Loads the file even if the same was loaded before. Example: zhice import tags.csv --again" };
        return new Command("import", "Loads customers, tags and consents from a file. Ctrl-C leaves the import running. Example: zhice import tags.csv --rejects bad.csv")
        {
            file, format, mode, asOf, maxRejects, rejects, again,
        }.Runs(async session =>
        {
            var path = session.Get(file);
            var request = new ImportRequest
            {
                Format = BulkFormats.Resolve(session.Get(format), path),
                Mode = Modes[session.Get(mode)!],
                AsOfTime = Timestamp.FromDateTimeOffset(session.Get(asOf) is { } text && InstantText.TryParse(text, out var instant)
                    ? instant
                    : new DateTimeOffset(File.GetLastWriteTimeUtc(path))),
                Again = session.Get(again),
                FileName = Path.GetFileName(path),
            };
            if (session.Get(maxRejects) is { } most)
            {
                request.MaxRejects = most;
            }

            return await RunAsync(session, path, request, session.Get(rejects));
        });
    }

    private static async Task<int> RunAsync(Session session, string path, ImportRequest request, string? rejectPath)
    {
        request.Sha256 = await Upload.BringAsync(session, path);
        var answer = await session.Client.Bulk.ImportAsync(request, cancellationToken: session.Cancellation);
        if (answer.Repeated && !session.Terminal.IsJson)
        {
            session.Terminal.Line(answer.Operation.Done
                ? $"The same was loaded before, by {answer.Operation.Name}; --again loads it again."
                : $"The same is being loaded by {answer.Operation.Name} already.");
        }

        var operation = await OperationWaiting.UntilDoneAsync(session, answer.Operation, "import");
        var rejected = operation.Metadata.Unpack<BulkMetadata>().RejectedRows;
        if (rejectPath is not null && rejected > 0)
        {
            await using var file = File.Create(rejectPath);
            await Download.ToAsync(session, operation.Name, file);
        }

        if (session.Terminal.IsJson)
        {
            session.Terminal.Json(operation);
        }

        if (operation.ResultCase == Google.LongRunning.Operation.ResultOneofCase.Error)
        {
            OperationText.PrintError(session.Terminal, operation);
            return ExitCode.Failed;
        }

        if (!session.Terminal.IsJson)
        {
            session.Terminal.Line(OperationText.Summary(operation));
            if (OperationText.Erased(operation) is { Length: > 0 } erased)
            {
                session.Terminal.Line(erased);
            }

            if (rejected > 0)
            {
                session.Terminal.Line(rejectPath is null
                    ? $"The rejected rows: zhice operations rejects {operation.Name[(operation.Name.IndexOf('/') + 1)..]}"
                    : $"The rejected rows are in {rejectPath}.");
            }
        }

        return rejected == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
