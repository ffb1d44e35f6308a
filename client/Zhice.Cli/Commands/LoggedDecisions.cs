using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;

namespace Zhice.Cli.Commands;

/// <summary>The options of reports that judge by the decisions that were logged.</summary>
internal sealed class LoggedDecisions
{
    /// <summary>The placement.</summary>
    public Option<string> Placement { get; } =
        new("--placement") { Description = "The placement. Example: --placement app_home", HelpName = "ID", Required = true };

    /// <summary>The outcome.</summary>
    public Option<string> Outcome { get; } = new("--outcome")
    {
        Description = "The outcome that must follow an offer; else its acceptance. Example: --outcome deposit_opened", HelpName = "ID",
    };

    /// <summary>The first day.</summary>
    public Option<string> From { get; } = new("--from")
    {
        Description = "Decisions from this day (UTC) on; else from 14 days ago. Example: --from 2026-11-01", HelpName = "DATE",
    };

    /// <summary>The last day.</summary>
    public Option<string> To { get; } =
        new("--to") { Description = "To this day; else to yesterday. Example: --to 2026-11-14", HelpName = "DATE" };

    /// <summary>How much the log must be worth.</summary>
    public Option<int> Rounds { get; } = Numbers.Option(
        "--min-rounds", "How many decisions of what is judged the log must be worth. Example: --min-rounds 500", 1_000_000, 100);

    /// <summary>Prints how many decisions tell something.</summary>
    public static void Print(Terminal terminal, (long All, long Unusable, long Forgotten) decisions, bool isCut)
    {
        var cut = isCut ? " There are more: of each hour the first ones were taken." : "";
        terminal.Line($"{NumberText.Count(decisions.All)} logged decisions; {NumberText.Count(decisions.Unusable)} tell nothing, and of {NumberText.Count(decisions.Forgotten)} it is not known what became of them.{cut}");
    }
}
