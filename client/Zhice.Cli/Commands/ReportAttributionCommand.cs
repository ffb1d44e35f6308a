using System.CommandLine;
using Zhice.Cli.Lake;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.Attribution;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report attribution`: books outcomes of a lake on the touches before them, with no server.</summary>
internal static class ReportAttributionCommand
{
    // By the names of options, the columns of the lake.
    private static readonly Dictionary<string, string> s_dimensions = new()
    {
        ["campaign"] = "campaign_id", ["journey"] = "journey_id", ["stage"] = "stage_id", ["action"] = "action_id", ["channel"] = "channel_id",
        ["placement"] = "placement_id", ["treatment"] = "treatment_id", ["arm"] = "arm_id", ["tier"] = "tier",
    };

    public static Command Create()
    {
        var lake = new Argument<string>("LAKE") { Description = "The folder that 'zhice facts export' wrote. Example: lake" };
        var outcome = new Option<string>("--outcome") { Description = "The outcome. Example: --outcome deposit_opened", HelpName = "ID", Required = true };
        var rule = new Option<string>("--rule") { Description = "last-touch, first-touch or time-decay. Example: --rule time-decay", HelpName = "RULE", DefaultValueFactory = static _ => "last-touch" };
        var window = Numbers.Option("--window", "How many days before the outcome a touch counts. Example: --window 14", (int)AttributionWindow.Max.TotalDays, 30);
        var halfLife = Numbers.Option("--half-life", "With time-decay: a touch so many days older gets half as much. Example: --half-life 3", 365, 7);
        var by = ReportFunnelCommand.By($"What it is divided by: {string.Join(", ", s_dimensions.Keys)}. Example: --by channel campaign");
        var action = new Option<string[]>("--action") { Description = "Only touches of this action, as the outcome's action_ids say; it may be given several times. Example: --action term_deposit", HelpName = "ID", DefaultValueFactory = static _ => [] };
        var (from, to) = (Day("--from", "Outcomes from this day of the bank on. Example: --from 2026-11-01"), Day("--to", "To this day, which is included. Example: --to 2026-11-30"));
        return new Command(
            "attribution",
            """
            Books the outcomes of a lake on the contacts and recommendations before them, to the fen; no server is called.

            An outcome whose event names a contact or decision is booked on it by every rule. It is bookkeeping, not a measurement.
            Example: zhice report attribution lake --outcome deposit_opened --rule first-touch --by channel
            """)
        {
            lake, outcome, rule, window, halfLife, by, action, from, to,
        }.Runs(session =>
        {
            var view = new AccountingView(
                ToRule(session.Get(rule)!), new(TimeSpan.FromDays(session.Get(window))), TimeSpan.FromDays(session.Get(halfLife)));
            string[] names = session.Get(by) is { Length: > 0 } typed ? typed : ["channel"];
            string[] columns = [.. names.Select(ToColumn)];
            var facts = LakeFacts.Open(session.Get(lake));
            var outcomes = LakeOutcomes.Read(
                facts, session.Get(outcome)!, FindDay(session.Get(from), DateOnly.MinValue), FindDay(session.Get(to), DateOnly.MaxValue),
                session.Cancellation);
            var touches = CustomerTouches.Read(
                facts, outcomes.Select(static each => each.Customer).Distinct(), columns, session.Cancellation);
            var report = new AttributionReport(names);
            foreach (var each in outcomes)
            {
                report.Book(view, each, touches.Of(each.Customer), session.Get(action)!);
            }

            report.Print(session.Terminal);
            return Task.CompletedTask;
        });
    }

    private static Option<string> Day(string name, string description) =>
        new(name) { Description = description, HelpName = "DATE", DefaultValueFactory = static _ => "" };

    private static DateOnly FindDay(string? text, DateOnly otherwise) => text is { Length: > 0 } ? FactDays.Parse(text) : otherwise;

    private static AttributionRule ToRule(string name) => name switch
    {
        "last-touch" => AttributionRule.LastTouch,
        "first-touch" => AttributionRule.FirstTouch,
        "time-decay" => AttributionRule.TimeDecay,
        _ => throw new UsageException($"'{name}' is no rule; it is last-touch, first-touch or time-decay."),
    };

    private static string ToColumn(string name) => s_dimensions.TryGetValue(name, out var column)
        ? column
        : throw new UsageException($"'{name}' is no dimension; it is one of {string.Join(", ", s_dimensions.Keys)}.");
}
