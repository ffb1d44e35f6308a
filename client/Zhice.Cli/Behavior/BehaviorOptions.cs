using System.CommandLine;
using Zhice.Catalogs.Yaml;
using Zhice.Cli.Commands;
using Zhice.Cli.Running;
using Zhice.V1;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Zhice.Cli.Behavior;

/// <summary>The options that all analyses of behaviour have: whose events, from where, and what is saved.</summary>
internal sealed class BehaviorOptions
{
    private readonly Option<string> _from = Date("--from", "The first day of the bank; without it 29 days before the last. Example: --from 2026-11-01");
    private readonly Option<string> _to = Date("--to", "The last day, which is included; without it today. Example: --to 2026-11-30");
    private readonly Option<string?> _audience = new("--audience") { Description = "Only these customers: a condition, or a saved audience as saved:ID. Example: --audience 'tags.age >= 60'", HelpName = "WHO" };
    private readonly Option<double> _share = new("--share") { Description = "Only this share of the customers, always the same ones. Example: --share 0.1", HelpName = "SHARE" };
    private readonly Option<string[]> _files = new("--file") { Description = "Analyses files instead of asking the server: Parquet of a lake, or CSV; a folder stands for all in it. Example: --file lake", HelpName = "PATH", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _customers = new("--customers") { Description = "With --file: only the customers of this list, an id a line. Example: --customers ids.txt", HelpName = "FILE" };
    private readonly Option<string?> _save = new("--save") { Description = "Saves the customers of the part as an audience with this id. Example: --save looked_not_bought", HelpName = "AUDIENCE" };
    private readonly Option<string?> _etag = EditedEtag.Option();
    private readonly Option<bool> _force = EditedEtag.Force();

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_from, _to, _audience, _share, _files, _customers, _save, _etag, _force];

    /// <summary>The files; empty: the server is asked.</summary>
    public string[] GetFiles(Session session) => session.Get(_files) ?? [];

    /// <summary>The id of the audience to save; null for none.</summary>
    public string? GetSaved(Session session) => session.Get(_save);

    /// <summary>The etag with which it is saved.</summary>
    public string GetEtag(Session session) => session.Get(_etag) ?? (session.Get(_force) ? "" : EditedEtag.New);

    /// <summary>The list of customers to look at; null for all.</summary>
    public string? GetCustomers(Session session) => session.Get(_customers);

    /// <summary>Whose events.</summary>
    public BehaviorScope GetScope(Session session)
    {
        var isFile = GetFiles(session).Length > 0;
        var audience = session.Get(_audience);
        if (isFile && audience is not null)
        {
            throw new UsageException("--audience asks the server; with --file name the customers by --customers FILE ('zhice audience members' writes such a list).");
        }

        if (!isFile && GetCustomers(session) is not null)
        {
            throw new UsageException("--customers goes with --file; on the server an audience is named by --audience ('zhice audience upload' saves a list).");
        }

        return new()
        {
            FromDate = session.Get(_from)!, ToDate = session.Get(_to)!, Share = session.Get(_share),
            Audience = audience is null ? null : AudienceCommands.ParseAudienceRef(audience),
        };
    }

    /// <summary>An event as an option or argument has it.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static EventMatch ParseMatch(string text) => Domain.Measurement.Behavior.EventMatch.TryParse(text, out var match)
        ? new() { EventTypeId = match.EventType, Property = match.Property, Value = match.Value }
        : throw new UsageException($"'{text}' is no event; write its type, such as transfer, or a type with the value of a property, such as 'transfer[channel_id=app]'.");

    /// <summary>A window.</summary>
    public static Option<string?> Window(string description) => new("--window") { Description = description, HelpName = "SPAN" };

    /// <summary>Reads a window; null for none.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Duration? ParseWindow(string? text) => text is null ? null
        : DurationText.TryParse(text, out var span) ? span
        : throw new UsageException($"'{text}' is no span of time; write it as 30m, 12h or 7d.");

    private static Option<string> Date(string name, string description) => new(name) { Description = description, HelpName = "DATE", DefaultValueFactory = static _ => "" };
}
