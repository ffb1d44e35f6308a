using System.CommandLine;
using Google.LongRunning;
using Zhice.Cli.Bulk;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice operations`: imports and exports that run or ran.</summary>
internal static class OperationsCommands
{
    public static Command Create() => new("operations", "Shows and cancels imports and exports; they are kept for 7 days. Example: zhice operations list")
    {
        List(), Get(), Cancel(), Rejects(),
    };

    private static Command List()
    {
        var limit = Numbers.Option("--limit", "How many at the most. Example: --limit 100", 10_000, 20);
        return new Command("list", "Lists imports and exports, the newest first. Example: zhice operations list") { limit }.Runs(async session =>
        {
            var operations = await Paging.TakeAsync<Operation>(session.Get(limit), async (size, token) =>
            {
                var page = await session.Client.Operations.ListOperationsAsync(
                    new() { Name = "operations", PageSize = size, PageToken = token }, cancellationToken: session.Cancellation);
                return (page.Operations, page.NextPageToken);
            });
            session.Terminal.List(
                operations,
                ["id", "what", "file", "asked for", "state", Column.Number("rows"), Column.Number("rejected"), Column.Number("done")],
                operation =>
                {
                    var about = operation.Metadata.Unpack<BulkMetadata>();
                    return new[]
                    {
                        OperationText.GetId(operation), about.Kind, about.FileName, InstantText.Format(about.CreateTime), OperationText.State(operation),
                        NumberText.Count(about.Rows), NumberText.Count(about.RejectedRows), $"{about.Fraction:P0}",
                    };
                });
        });
    }

    private static Command Get()
    {
        var id = Id();
        var wait = new Option<bool>("--wait") { Description = "Waits until it is done, with a progress bar. Example: zhice operations get 5f3c… --wait" };
        return new Command("get", "Shows an import or export. Example: zhice operations get 5f3c…") { id, wait }.Runs(async session =>
        {
            var operation = await session.Client.Operations.GetOperationAsync(new() { Name = ToOperationName(session.Get(id)) }, cancellationToken: session.Cancellation);
            if (session.Get(wait))
            {
                operation = await OperationWaiting.UntilDoneAsync(session, operation, operation.Metadata.Unpack<BulkMetadata>().Kind);
            }

            session.Terminal.Done(operation, OperationText.Summary(operation));
            if (operation.ResultCase == Operation.ResultOneofCase.Error)
            {
                OperationText.PrintError(session.Terminal, operation);
                return ExitCode.Failed;
            }

            return ExitCode.Done;
        });
    }

    private static Command Cancel()
    {
        var id = Id();
        return new Command("cancel", "Cancels an import or export; what was done before stays. Example: zhice operations cancel 5f3c…") { id }.Runs(async session =>
        {
            var answer = await session.Client.Operations.CancelOperationAsync(new() { Name = ToOperationName(session.Get(id)) }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, "Cancelled.");
        });
    }

    private static Command Rejects()
    {
        var id = Id();
        return new Command("rejects", "Writes the rejected rows of an import to standard output. Example: zhice operations rejects 5f3c… > bad.csv") { id }.Runs(async session =>
        {
            await using var output = Console.OpenStandardOutput();
            await Download.ToAsync(session, ToOperationName(session.Get(id)), output);
        });
    }

    private static Argument<string> Id() => new("ID") { Description = "The operation, from 'operations list'. Example: 5f3c…" };

    private static string ToOperationName(string id) => id.StartsWith("operations/", StringComparison.Ordinal) ? id : $"operations/{id}";
}
