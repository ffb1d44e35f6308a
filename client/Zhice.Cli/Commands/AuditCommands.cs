using System.CommandLine;
using Zhice.Cli.Audit;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Audit;
using Zhice.V1;
using AuditEntry = Zhice.V1.AuditEntry;

namespace Zhice.Cli.Commands;

/// <summary>`zhice audit`: who did what, and whether the trail of it is whole.</summary>
internal static class AuditCommands
{
    private const int MaxUnfinished = 20;

    public static Command Create() => new("audit", "Reads and verifies the audit trail: who did what, and what changed. Example: zhice audit list --actor wang")
    {
        List(), Checkpoint(), Verify(),
    };

    private static Command List()
    {
        var (from, until) = (CommonArguments.Time("--from", "From when on."), CommonArguments.Time("--until", "Before when."));
        var actor = Filter("--actor", "By whom.", "wang");
        var method = Filter("--method", "Which method.", "zhice.v1.StopService/SetStop");
        var kind = Filter("--kind", "To what kind of thing: customer, campaign, catalog, audience, journey, model, stop, operation, file, channel.", "customer");
        var target = Filter("--target", "To which thing.", "020235");
        var outcome = Filter("--outcome", "With which outcome.", "ROLE_REQUIRED");
        var limit = new Option<int>("--limit") { Description = "How many at most. Example: --limit 500", HelpName = "NUMBER", DefaultValueFactory = static _ => 50 };
        return new Command("list", "Lists entries, the newest first. Example: zhice audit list --kind customer --target 020235") { from, until, actor, method, kind, target, outcome, limit }.Runs(async session =>
        {
            var request = new ListAuditEntriesRequest
            {
                FromTime = session.Get(from), UntilTime = session.Get(until), Actor = session.Get(actor), Method = session.Get(method),
                TargetKind = session.Get(kind), TargetId = session.Get(target), Outcome = session.Get(outcome),
            };
            var entries = await Paging.TakeAsync(session.Get(limit), async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (Math.Min(size, 500), token);
                var page = await session.Client.Audit.ListAuditEntriesAsync(request, cancellationToken: session.Cancellation);
                return ((IEnumerable<AuditEntry>)page.Entries, page.NextPageToken);
            });
            session.Terminal.List(entries, [Column.Number("entry"), "time", "who", "from", "step", "method", "to", "outcome", "changes"], ToRow);
        });
    }

    private static Command Checkpoint()
    {
        var number = new Option<long>("--number") { Description = "An earlier one, by its number; else one is made of the chain as it is now. Example: --number 12", HelpName = "NUMBER" };
        var output = new Option<string?>("--output") { Description = "The file to write; else it is printed. Example: --output checkpoint.json", HelpName = "FILE" };
        return new Command("checkpoint", "Gets a signed checkpoint, to be kept on another machine. Example: zhice audit checkpoint --output checkpoint.json") { number, output }.Runs(async session =>
        {
            var text = session.Get(number) == 0
                ? (await session.Client.Audit.CreateAuditCheckpointAsync(new(), cancellationToken: session.Cancellation)).Checkpoint
                : (await session.Client.Audit.GetAuditCheckpointAsync(new() { Number = session.Get(number) }, cancellationToken: session.Cancellation)).Checkpoint;
            if (session.Get(output) is not { } file)
            {
                session.Terminal.Json(text.TrimEnd());
                return;
            }

            await File.WriteAllTextAsync(file, text, session.Cancellation);
            session.Terminal.Note($"Checkpoint {AuditCheckpointText.Read(text).Number} is in {file}.");
        });
    }

    private static Command Verify()
    {
        var against = new Option<string[]>("--against") { Description = "A checkpoint that left the machine, or a folder of them; can be given several times. Example: --against /mnt/audit", HelpName = "FILE", DefaultValueFactory = static _ => [] };
        var key = new Option<string[]>("--key") { Description = "The public key of the silo that signed the checkpoints; several for several silos. Example: --key audit-signing.key.pub", HelpName = "FILE", DefaultValueFactory = static _ => [] };
        return new Command("verify", "Computes the whole chain again, here, and names what was edited, cut or moved. Example: zhice audit verify --against /mnt/audit --key audit.pub") { against, key }.Runs(async session =>
        {
            var checkpoints = CheckpointFiles.Read(session.Get(against)!, session.Get(key)!);
            var reading = await ChainReading.ReadAsync(session, checkpoints);
            var verifier = reading.Verifier;
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(ObjectJson.Serialize(new
                {
                    entries = verifier.Entries,
                    days = verifier.Days,
                    checkpoints = checkpoints.Count,
                    faultCount = verifier.FaultCount,
                    faults = verifier.Faults.Select(static fault => new { kind = EnumName.UpperSnake($"{fault.Kind}"), sequence = fault.Sequence, other = fault.Other, message = FaultText.Format(fault) }),
                    unfinishedCalls = reading.Unfinished.Select(static entry => new { callId = entry.CallId, actor = entry.Actor, method = entry.Method }),
                }));
                return verifier.FaultCount == 0 ? ExitCode.Done : ExitCode.Failed;
            }

            foreach (var fault in verifier.Faults)
            {
                session.Terminal.Line(FaultText.Format(fault));
            }

            foreach (var entry in reading.Unfinished.Take(MaxUnfinished))
            {
                session.Terminal.Line($"note: {entry.Method} by {entry.Actor} began, and its end is not recorded: its silo stopped, or it is under way (call {entry.CallId})");
            }

            session.Terminal.Line(Sum(verifier, checkpoints));
            return verifier.FaultCount == 0 ? ExitCode.Done : ExitCode.Failed;
        });
    }

    private static string Sum(AuditVerifier verifier, IReadOnlyList<AuditCheckpoint> checkpoints)
    {
        var found = verifier.FaultCount == 0 ? "nothing was changed" : $"{verifier.FaultCount} faults";
        var against = checkpoints.Count == 0
            ? "No checkpoint was given: who can write to the database could have made all hashes anew."
            : $"Checkpoints vouch for entries up to {checkpoints.Max(static checkpoint => checkpoint.Sequence)}.";
        return $"{verifier.Entries} entries on {verifier.Days} days: {found}. {against}";
    }

    private static string[] ToRow(AuditEntry entry) => entry.Unreadable
        ? [$"{entry.Sequence}", InstantText.Format(entry.Time), "", "", "UNREADABLE", "", "", "", ""]
        :
        [
            $"{entry.Sequence}", InstantText.Format(entry.Time), entry.Actor, entry.Address, EnumName.Words(entry.Stage), entry.Method[(entry.Method.LastIndexOf('.') + 1)..],
            $"{entry.TargetKind} {entry.TargetId}".Trim(), entry.Outcome,
            string.Join("; ", entry.Changes.Select(static change => $"{change.Path}: {change.Before} → {change.After}"))
                + (entry.OmittedChanges > 0 ? $"; {entry.OmittedChanges} more" : "") + (entry.Unrecorded > 0 ? $"; {entry.Unrecorded} like it were not recorded" : ""),
        ];

    private static Option<string?> Filter(string name, string description, string example) =>
        new(name) { Description = $"{description} Example: {name} {example}", HelpName = "TEXT", DefaultValueFactory = static _ => "" };
}
