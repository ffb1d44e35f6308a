using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report holdout`: what a campaign changed, by those whom it held out.</summary>
internal static class ReportHoldoutCommand
{
    public static Command Create()
    {
        var campaign = new Argument<string>("CAMPAIGN") { Description = "The campaign. Example: deposit_weekend" };
        var outcome = new Option<string>("--outcome") { Description = "The outcome of the catalogue. Example: --outcome deposit_opened", HelpName = "ID", Required = true };
        var by = ReportFunnelCommand.By("What it is divided by, at most two of arm, tier, placement, channel, treatment. Example: --by arm");
        var confidence = new Option<double>("--confidence") { Description = "How sure the intervals are. Example: --confidence 0.9", HelpName = "LEVEL", DefaultValueFactory = static _ => 0.95 };
        var difference = new Option<double>("--difference") { Description = "The smallest difference of the shares that matters, for the customers that are needed. Example: --difference 0.005", HelpName = "SHARE", DefaultValueFactory = static _ => 0.01 };
        var power = new Option<double>("--power") { Description = "How often such a difference is to be found. Example: --power 0.9", HelpName = "P", DefaultValueFactory = static _ => 0.8 };
        var days = CourseTable.Days();
        var command = new Command(
            "holdout",
            """
            Compares those whom a campaign contacted with those whom its holdout kept out.

            Says first whether the two groups have the ratio that they should: if not, no other figure is to be believed.
            Example: zhice report holdout deposit_weekend --outcome deposit_opened --by arm
            """)
        {
            campaign, outcome, by, confidence, difference, power, days,
        };
        return command.Runs(async session =>
        {
            var request = new GetLiftRequest
            {
                CampaignId = session.Get(campaign), OutcomeId = session.Get(outcome), By = { session.Get(by)!.Select(ReportFunnelCommand.ToDimension) }, Confidence = session.Get(confidence),
                SmallestDifference = session.Get(difference), Power = session.Get(power), Days = session.Get(days),
            };
            var lift = await session.Client.Measurement.GetLiftAsync(request, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(lift);
                return;
            }

            Print(session.Terminal, lift, request.By);
        });
    }

    private static void Print(Terminal terminal, GetLiftResponse lift, IReadOnlyList<ReportDimension> by)
    {
        if (lift.SampleRatio is not { } ratio)
        {
            terminal.Line($"As of {InstantText.Format(lift.AsOfTime)}: fewer than {lift.FewerThan} customers were contacted or held out, so your roles are shown nothing.");
            return;
        }

        terminal.Line($"As of {InstantText.Format(lift.AsOfTime)}: {NumberText.Count(ratio.Contacted)} contacted, {NumberText.Count(ratio.HeldOut)} held out; the holdout asks for {Percent(ratio.ExpectedHeldOutShare)}.");
        if (ratio.IsAlarm)
        {
            terminal.Warning($"The two groups are out of ratio (p = {ratio.PValue.ToString("0.0000", CultureInfo.InvariantCulture)}): no figure below is to be believed until it is known why.");
        }

        terminal.Table(
            "",
            [
                .. by.Select(static dimension => new Column(EnumName.Words(dimension))), Column.Number("contacted"), Column.Number("converted"), Column.Number("held out"),
                Column.Number("converted"), "difference (read at the end)", "difference (may be watched)", "amount, yuan a customer",
            ],
            lift.Lines.Select(static line => (string[])
            [
                .. line.Keys, NumberText.Count(line.Contacted), NumberText.Count(line.Converted), NumberText.Count(line.HeldOut), NumberText.Count(line.HeldOutConverted),
                Text(line.Absolute, Percent), Text(line.Watched, Percent), line.AmountFen is null ? line.Refusal : Text(line.AmountFen, NumberText.Yuan),
            ]));
        MethodTable.Print(terminal, lift.Lines, [.. by.Select(static dimension => new Column(EnumName.Words(dimension)))]);
        if (lift.Lines.Sum(static line => line.WithoutAmount) is > 0 and var without)
        {
            terminal.Line($"{NumberText.Customers(without)} with the outcome {(without == 1 ? "was" : "were")} erased, and {(without == 1 ? "is" : "are")} not in the amounts; the other figures have them.");
        }

        CourseTable.Print(terminal, lift.Courses, lift.CourseRefusal, "held out");
        FloorNote.Print(terminal, lift.FewerThan);
        PrintNeed(terminal, lift.Need);
        if (lift.Winner is { } winner)
        {
            terminal.Line(winner.ArmId.Length > 0
                ? $"Winner: '{winner.ArmId}' is above every other arm; it may be promoted."
                : $"Winner: none yet. {winner.Refusal}");
        }
    }

    private static void PrintNeed(Terminal terminal, LiftNeed need)
    {
        var what = $"To find a difference of {Percent(need.SmallestDifference)} in {need.Power * 100:0} of 100 such campaigns";
        terminal.Line(!need.HasNeeded
            ? $"{what}: it is not known how many customers are needed. {need.Refusal}"
            : need.HeldOut >= need.Needed
                ? $"{what}, {NumberText.Customers(need.Needed)} must be held out; there are enough."
                : $"{what}, {NumberText.Customers(need.Needed)} must be held out: " + (need.HasDaysLeft
                    ? $"{NumberText.Count(need.DaysLeft)} more days at {need.HeldOutADay.ToString("0.#", CultureInfo.InvariantCulture)} a day."
                    : need.Refusal));
    }

    internal static string Text(LiftEstimate? estimate, Func<double, string> format) => estimate is null
        ? "not yet known"
        : $"{format(estimate.Value)} ({format(estimate.Low)} to {format(estimate.High)}){(estimate.IsClear ? "" : ", not clear")}";

    internal static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");
}
