using System.CommandLine;
using Zhice.Catalogs;
using Zhice.Catalogs.Yaml;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice catalog`: what the bank defines, as a folder of YAML files.</summary>
internal static class CatalogCommands
{
    /// <summary>What its etag is kept under.</summary>
    internal const string CatalogName = "catalog";

    public static Command Create() => new("catalog", "Reads, checks and changes what the bank defines. Example: zhice catalog apply ./catalog --validate-only")
    {
        Get(), Apply(), Diff(), CatalogChangesCommands.Propose(), CatalogChangesCommands.Create(), Versions(), Rollback(), Stock(), CatalogDataCommand.Create(),
    };

    private static Command Get()
    {
        var version = Numbers.Option("--version", "An earlier version; else the one in force. Example: --version 3", int.MaxValue);
        var folder = new Option<string?>("--out") { Description = "Writes it as YAML files into this folder. Example: --out ./catalog", HelpName = "FOLDER" };
        return new Command("get", "Shows a catalogue, or writes it to a folder. Example: zhice catalog get --out ./catalog") { version, folder }.Runs(async session =>
        {
            var answer = await session.Client.Catalog.GetCatalogAsync(
                new() { Version = session.Get(version) }, cancellationToken: session.Cancellation);
            if (session.Get(folder) is { } target)
            {
                CatalogFiles.Write(answer.Catalog, target);
                EditedEtag.Keep(session, target, CatalogName, answer.Version.Etag);
                session.Terminal.Done(answer.Version, $"Wrote version {answer.Version.Version} to {target}; its etag is {answer.Version.Etag}.");
                return;
            }

            Print(session.Terminal, answer);
        });
    }

    private static Command Apply()
    {
        var folder = Folder();
        var validateOnly = new Option<bool>("--validate-only") { Description = "Checks only, changes nothing. Example: zhice catalog apply ./catalog --validate-only" };
        var removals = new Option<bool>("--allow-removals") { Description = "More than half of the channels, placements, actions or tags may go. Example: zhice catalog apply ./catalog --allow-removals" };
        var (comment, etag, force) = (Comment(), Etag(), EditedEtag.Force());
        return new Command("apply", "Puts the catalogue of a folder in force; every fault is named with its path. Example: zhice catalog apply ./catalog --comment \"New deposit\"")
        {
            folder, validateOnly, removals, comment, etag, force,
        }.Runs(async session =>
        {
            var isCheck = session.Get(validateOnly);
            var source = session.Get(folder);
            var catalog = CatalogFiles.Read(source);
            var edited = session.Get(etag) ?? (isCheck || session.Get(force) ? "" : await EditedAsync(session, source));
            var answer = await EditedEtag.SaveAsync("version of the catalogue", $"zhice catalog diff {source}", async () => await session.Client.Catalog.ApplyCatalogAsync(
                new()
                {
                    Catalog = catalog,
                    ValidateOnly = isCheck,
                    Comment = session.Get(comment) ?? "",
                    Etag = edited,
                    AllowRemovals = session.Get(removals),
                    RequestId = isCheck ? "" : CommonArguments.NewRequestId(),
                },
                cancellationToken: session.Cancellation));
            if (!isCheck)
            {
                EditedEtag.Keep(session, source, CatalogName, answer.Version.Etag);
            }

            session.Terminal.Done(answer.Version, isCheck
                ? $"The catalogue is right; version {answer.Version?.Version ?? 0} stays in force."
                : InForce(answer.Version));
            foreach (var warning in answer.Warnings)
            {
                session.Terminal.Warning(warning);
            }
        });
    }

    // A folder that does not say from which version it was edited may only be the first.
    private static async Task<string> EditedAsync(Session session, string folder)
    {
        var versions = await session.Client.Catalog.ListCatalogVersionsAsync(new() { PageSize = 1 }, cancellationToken: session.Cancellation);
        return versions.Versions.Count == 0 ? "" : EditedEtag.Find(session, folder, CatalogName) ?? throw new FailureException(
            $"Version {versions.Versions[0].Version} is in force, and {folder} does not say from which version it was edited; nothing is changed. "
            + $"Look at the differences with 'zhice catalog diff {folder}'; --etag {versions.Versions[0].Etag} says that you have seen them, --force overwrites whatever is in force.");
    }

    private static Command Diff()
    {
        var folder = Folder();
        return new Command("diff", "Shows what applying a folder would change. Example: zhice catalog diff ./catalog") { folder }.Runs(async session =>
        {
            var wanted = CatalogFiles.Read(session.Get(folder));
            var inForce = await session.Client.Catalog.GetCatalogAsync(new(), cancellationToken: session.Cancellation);
            var changes = CatalogDiff.Between(inForce.Catalog, wanted);
            if (session.Terminal.IsJson)
            {
                foreach (var change in changes)
                {
                    session.Terminal.Json(ObjectJson.Serialize(change));
                }

                return;
            }

            if (changes.Length == 0)
            {
                session.Terminal.Line($"The folder says what version {inForce.Version?.Version ?? 0}, which is in force, says.");
            }

            session.Terminal.Table("", ["change", "what", "in force", "in the folder"], changes.Select(c => new[]
            {
                EnumName.Words(c.Kind), c.Path, Short(c.Before), Short(c.After),
            }));
        });
    }

    private static Command Versions()
    {
        var limit = Numbers.Option("--limit", "How many at the most, the newest first. Example: --limit 5", 10_000, otherwise: 20);
        return new Command("versions", "Lists the versions that are kept, the newest first. Example: zhice catalog versions --limit 5") { limit }.Runs(async session =>
        {
            var versions = await Paging.TakeAsync<CatalogVersion>(session.Get(limit), async (size, token) =>
            {
                var page = await session.Client.Catalog.ListCatalogVersionsAsync(
                    new() { PageSize = Math.Min(size, 100), PageToken = token }, cancellationToken: session.Cancellation);
                return (page.Versions, page.NextPageToken);
            });
            session.Terminal.List(
                versions,
                [Column.Number("version"), "in force since", "author", "approved by", "comment", Column.Number("actions"), Column.Number("tags"), "etag"],
                v => new[]
                {
                    NumberText.Count(v.Version), InstantText.Format(v.ApplyTime), v.Author, v.Approver, v.Comment, NumberText.Count(v.ActionCount),
                    NumberText.Count(v.TagCount), v.Etag,
                });
        });
    }

    private static Command Stock() => new Command("stock", "Shows where the units are of actions that have a stock. Example: zhice catalog stock").Runs(async session =>
    {
        var answer = await session.Client.Catalog.ListStockAsync(new(), cancellationToken: session.Cancellation);
        session.Terminal.List(
            answer.Levels,
            ["action", Column.Number("units"), Column.Number("spent"), Column.Number("held"), Column.Number("ready"), Column.Number("left")],
            static level => new[]
            {
                level.ActionId, NumberText.Count(level.Units), NumberText.Count(level.Spent), NumberText.Count(level.Held),
                NumberText.Count(level.Ready), NumberText.Count(level.Left),
            });
    });

    private static Command Rollback()
    {
        var version = Numbers.Argument("VERSION", "The version to put in force again. Example: 3");
        var (comment, etag) = (Comment(), Etag());
        return new Command("rollback", "Puts an earlier version in force again, as a new version. Example: zhice catalog rollback 3 --comment \"Caps too tight\"")
        {
            version, comment, etag,
        }.Runs(async session =>
        {
            var answer = await session.Client.Catalog.RollbackCatalogAsync(
                new()
                {
                    Version = session.Get(version),
                    Comment = session.Get(comment) ?? "",
                    Etag = session.Get(etag) ?? "",
                    RequestId = CommonArguments.NewRequestId(),
                },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer.Version, InForce(answer.Version));
        });
    }

    private static void Print(Terminal terminal, GetCatalogResponse answer)
    {
        if (terminal.IsJson)
        {
            terminal.Json(answer);
            return;
        }

        var catalog = answer.Catalog;
        terminal.Line($"version {answer.Version?.Version ?? 0} of {InstantText.Format(answer.Version?.ApplyTime)} by {answer.Version?.Author}: {answer.Version?.Comment}");
        terminal.Table("", ["what", Column.Number("how many"), "ids"],
        [
            Ids("channels", catalog.Channels.Select(c => c.ChannelId)),
            Ids("placements", catalog.Placements.Select(p => p.PlacementId)),
            Ids("categories", catalog.Categories.Select(c => c.CategoryId)),
            Ids("actions", catalog.Actions.Select(a => a.ActionId)),
            Ids("contact caps", catalog.ContactCaps.Select(c => c.CapId)),
            Ids("event types", catalog.EventTypes.Select(t => t.EventTypeId)),
            Ids("tag classes", catalog.TagClasses.Select(c => c.ClassId)),
            Ids("tags", catalog.Tags.Select(t => t.TagId)),
        ]);
        if (answer.NameUses.Where(static kind => kind.Used > kind.Maximum / 2).ToList() is { Count: > 0 } scarce)
        {
            terminal.Line($"Names that are used up for good: {string.Join(", ", scarce.Select(static kind => $"{NumberText.Count(kind.Used)} of {NumberText.Count(kind.Maximum)} {kind.Kind}"))}.");
        }

        terminal.Line("All of it: --out FOLDER or --json.");
    }

    private static string[] Ids(string what, IEnumerable<string> ids)
    {
        string[] all = [.. ids];
        return [what, NumberText.Count(all.Length), string.Join(", ", all.Take(8)) + (all.Length > 8 ? ", …" : "")];
    }

    internal static string InForce(CatalogVersion version) =>
        $"Version {version.Version} is in force: {NumberText.Count(version.ActionCount)} actions, {NumberText.Count(version.TagCount)} tags.";

    internal static string Short(string? text) => text is { Length: > 80 } ? text[..79] + "…" : text ?? "";

    private static Argument<string> Folder()
    {
        var folder = new Argument<string>("FOLDER") { Description = "A folder of YAML files, as 'catalog get --out' writes them. Example: ./catalog" };
        folder.Validators.Add(result =>
        {
            if (!Directory.Exists(result.GetValueOrDefault<string>()))
            {
                result.AddError($"There is no folder '{result.GetValueOrDefault<string>()}'.");
            }
        });
        return folder;
    }

    private static Option<string?> Comment() => new("--comment") { Description = "Why. Example: --comment \"New deposit\"", HelpName = "TEXT" };

    private static Option<string?> Etag() => new("--etag")
    {
        Description = "The etag of the version that was edited, from 'catalog get' or 'versions': refused if another is in force now. Example: --etag 5f3c",
        HelpName = "ETAG",
    };
}
