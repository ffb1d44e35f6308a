using System.CommandLine;
using Zhice.Catalogs.Yaml;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;
using ChangeState = Zhice.V1.ChangeState;

namespace Zhice.Cli.Commands;

/// <summary>`zhice catalog propose` and `zhice catalog changes`: one person proposes a catalogue, another sees and approves it.</summary>
internal static class CatalogChangesCommands
{
    public static Command Create() => new("changes", "Lists, shows, approves and closes change requests of the catalogue. Example: zhice catalog changes list")
    {
        List(), Show(), Approve(),
        Close("reject", "Refuses a change request.", "It is rejected.", isCommentRequired: true, async (session, id, etag, why) =>
            (await session.Client.Catalog.RejectCatalogChangeAsync(new() { ChangeId = id, Etag = etag, Comment = why }, cancellationToken: session.Cancellation)).Change),
        Close("withdraw", "Takes a change request of one's own back.", "It is withdrawn.", isCommentRequired: false, async (session, id, etag, why) =>
            (await session.Client.Catalog.WithdrawCatalogChangeAsync(new() { ChangeId = id, Etag = etag, Comment = why }, cancellationToken: session.Cancellation)).Change),
    };

    public static Command Propose()
    {
        var folder = new Argument<string?>("FOLDER") { Description = "A folder of YAML files, as 'catalog get --out' writes them. Example: ./catalog", Arity = ArgumentArity.ZeroOrOne };
        var rollback = Numbers.Option("--rollback", "Proposes an earlier version instead of a folder. Example: --rollback 3", int.MaxValue);
        var comment = Comment(isRequired: true);
        var change = Numbers.Option("--change", "An open change request that gets a new revision. Example: --change 7", int.MaxValue);
        var etag = new Option<string?>("--etag") { Description = "With --change: the etag of that change request. Example: --etag 7.1-5f3c", HelpName = "ETAG" };
        return new Command("propose", "Proposes the catalogue of a folder, which another person approves. Example: zhice catalog propose ./catalog --comment \"New deposit\"")
        {
            folder, rollback, comment, change, etag,
        }.Runs(async session =>
        {
            var source = session.Get(folder);
            if ((source is null) == (session.Get(rollback) == 0))
            {
                throw new UsageException("Say either a folder or --rollback VERSION.");
            }

            var answer = await session.Client.Catalog.ProposeCatalogChangeAsync(
                new()
                {
                    Catalog = source is null ? null : CatalogFiles.Read(source),
                    RollbackTo = session.Get(rollback),
                    BaseEtag = source is null ? "" : EditedEtag.Find(session, source, CatalogCommands.CatalogName) ?? "",
                    Comment = session.Get(comment),
                    ChangeId = session.Get(change),
                    Etag = session.Get(etag) ?? "",
                    RequestId = CommonArguments.NewRequestId(),
                },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer.Change, $"Proposed as change request {answer.Change.ChangeId}, against version {answer.Change.BaseVersion}. Another person looks at it: zhice catalog changes show {answer.Change.ChangeId}");
        });
    }

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "Those that are closed, too. Example: --all" };
        return new Command("list", "Lists the change requests, the newest first. Example: zhice catalog changes list --all") { all }.Runs(async session =>
        {
            var changes = await Paging.TakeAsync<ChangeRequest>(10_000, async (size, token) =>
            {
                var page = await session.Client.Catalog.ListCatalogChangesAsync(
                    new() { PageSize = Math.Min(size, 100), PageToken = token, OpenOnly = !session.Get(all) }, cancellationToken: session.Cancellation);
                return (page.Changes, page.NextPageToken);
            });
            if (session.Terminal.IsJson)
            {
                changes.ForEach(session.Terminal.Json);
                return;
            }

            if (changes.Count == 0)
            {
                session.Terminal.Line(session.Get(all) ? "There are no change requests." : "No change request is open.");
            }

            session.Terminal.Table("", [Column.Number("change"), "state", "authors", "comment", Column.Number("against"), "since", "etag"], changes.Select(static change => new[]
            {
                NumberText.Count(change.ChangeId), FormatState(change), string.Join(", ", change.Authors), change.Comment, NumberText.Count(change.BaseVersion),
                InstantText.Format(change.Log.FirstOrDefault()?.Time), change.Etag,
            }));
        });
    }

    private static Command Show()
    {
        var id = Id();
        return new Command("show", "Shows a change request: what it changes, and what follows from it. Example: zhice catalog changes show 7") { id }.Runs(async session =>
            Print(session.Terminal, await GetAsync(session, session.Get(id))));
    }

    private static Command Approve()
    {
        var (id, etag, comment) = (Id(), Etag(), Comment(isRequired: false));
        return new Command("approve", "Approves a change request as it was shown, and puts it in force; none of its authors may. Example: zhice catalog changes approve 7 --etag 7.1-5f3c")
        {
            id, etag, comment,
        }.Runs(async session =>
        {
            var seen = session.Get(etag) is { Length: > 0 } said ? said : await SeenAsync(session, session.Get(id), "Do you approve this?");
            var answer = await session.Client.Catalog.ApproveCatalogChangeAsync(
                new() { ChangeId = session.Get(id), Etag = seen, Comment = session.Get(comment) ?? "" }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, CatalogCommands.InForce(answer.Version));
        });
    }

    private static Command Close(
        string name, string about, string done, bool isCommentRequired, Func<Session, long, string, string, Task<ChangeRequest>> close)
    {
        var (id, etag, comment) = (Id(), Etag(), Comment(isCommentRequired));
        return new Command(name, $"{about} Example: zhice catalog changes {name} 7 --comment 'wrong rate'") { id, etag, comment }.Runs(async session =>
        {
            var seen = session.Get(etag) is { Length: > 0 } said ? said : await SeenAsync(session, session.Get(id), $"Do you {name} this?");
            session.Terminal.Done(await close(session, session.Get(id), seen, session.Get(comment) ?? ""), done);
        });
    }

    private static async Task<string> SeenAsync(Session session, long id, string question)
    {
        if (!session.Terminal.CanAsk)
        {
            throw new UsageException($"Say with --etag what was seen: 'zhice catalog changes show {id}' prints it.");
        }

        var answer = await GetAsync(session, id);
        Print(session.Terminal, answer);
        return session.Terminal.Asks(question) ? answer.Change.Etag : throw new FailureException("Nothing is done.");
    }

    private static async Task<GetCatalogChangeResponse> GetAsync(Session session, long id) =>
        await session.Client.Catalog.GetCatalogChangeAsync(new() { ChangeId = id }, cancellationToken: session.Cancellation);

    private static void Print(Terminal terminal, GetCatalogChangeResponse answer)
    {
        if (terminal.IsJson)
        {
            terminal.Json(answer);
            return;
        }

        var change = answer.Change;
        terminal.Line($"change request {change.ChangeId}: {FormatState(change)}, by {string.Join(", ", change.Authors)}: {change.Comment}");
        terminal.Line($"etag {change.Etag}, against version {change.BaseVersion}");
        terminal.Table("what it changes", ["change", "what", "before", "after"], answer.Differences.Select(static each => new[]
        {
            EnumName.Words(each.Kind), each.Path, CatalogCommands.Short(each.Before), CatalogCommands.Short(each.After),
        }));
        terminal.Table("what follows", ["warning"], answer.Warnings.Select(static warning => new[] { warning }));
        terminal.Table("log", ["when", "who", "what", "why"], change.Log.Select(static entry => new[] { InstantText.Format(entry.Time), entry.Actor, entry.Text, entry.Comment }));
        if (change.State == ChangeState.Open)
        {
            terminal.Line(change.NeedsRebase
                ? $"Another version came into force since. Make the change in that one: zhice catalog propose FOLDER --change {change.ChangeId} --etag {change.Etag} --comment WHY"
                : $"To approve exactly this: zhice catalog changes approve {change.ChangeId} --etag {change.Etag}");
        }
    }

    private static string FormatState(ChangeRequest change) => change.NeedsRebase ? "open, needs rebase" : EnumName.Words(change.State);

    private static Argument<long> Id() => new("CHANGE") { Description = "The change request's number. Example: 7" };

    private static Option<string?> Etag() => new("--etag") { Description = "The etag of what was seen, from 'catalog changes show'. Without it, all is shown and asked. Example: --etag 7.1-5f3c", HelpName = "ETAG" };

    private static Option<string> Comment(bool isRequired) => new("--comment")
    {
        Description = "Why. Example: --comment 'new rate'", HelpName = "TEXT", Required = isRequired,
    };
}
