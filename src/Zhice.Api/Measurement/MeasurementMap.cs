using System.Globalization;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;
using Zhice.Domain.Primitives;
using Zhice.V1;
using EvaluationOutcome = Zhice.Domain.Campaigns.EvaluationOutcome;
using LiftCourse = Zhice.Domain.Measurement.Reports.LiftCourse;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;
using Line = Zhice.Domain.Measurement.Reports.ReportLine;

namespace Zhice.Api.Measurement;

/// <summary>Reports as the public contract has them.</summary>
internal static class MeasurementMap
{
    public static V1.ReportLine ToLine(Line line, Domain.Catalogs.Catalog catalog) => new()
    {
        Keys = { line.Keys },
        Contacted = line.Count(FactKind.Contacted),
        HeldOut = line.Count(FactKind.HeldOut),
        Resent = line.Count(FactKind.Resent),
        HandedOver = line.Count(FactKind.HandedOver),
        Waiting = line.Count(FactKind.Waiting),
        Voids = { line.Codes(FactKind.Void).Select(static each => new VoidTotal { Outcome = (V1.DeliveryOutcome)each.Code, Count = each.Count }) },
        Delivered = line.Count(FactKind.Delivered),
        NotArrived = line.Count(FactKind.NotArrived),
        Shown = line.Count(FactKind.Shown),
        Seen = line.Count(FactKind.Seen),
        Clicked = line.Count(FactKind.Clicked),
        Accepted = line.Count(FactKind.Accepted),
        Dismissed = line.Count(FactKind.Dismissed),
        Refused = line.Count(FactKind.Refused),
        Outcomes = { GetOutcomes(line).Select(outcome => ToOutcome(line, outcome, catalog)) },
        Moves = { line.Codes(FactKind.Moved).Select(static each => new MoveTotal { Cause = (TransitionCause)each.Code, Count = each.Count }) },
        SampledDecisions = line.Count(FactKind.Decided),
        SampledOffers = line.Count(FactKind.Offered),
        SampledBlocked = { line.Codes(FactKind.Blocked).Select(static each => new BlockedTotal { Reason = (V1.ReasonCode)each.Code, Count = each.Count }) },
        SampledEvents = line.Count(FactKind.Behaved),
        ConsentRefused = line.Count(FactKind.ConsentRefused),
        TierMoves = { line.Codes(FactKind.TierMoved).Select(each => new TierMoveTotal { FromTier = GetTier(each.Code, catalog), Count = each.Count }) },
    };

    public static ReportRuns ToRuns(CampaignRecord campaign)
    {
        var counts = campaign.Runs.Aggregate(RunCounts.None, static (sum, run) => sum.With(run.Counts));
        return new()
        {
            Matched = counts.Matched,
            Contacted = counts.Contacted,
            HeldOut = counts.Count(EvaluationOutcome.Holdout),
            Failed = counts.Count(EvaluationOutcome.Failed),
            TooOld = counts.Count(EvaluationOutcome.TooOld),
            Blocked =
            {
                counts.Turns.Where(static turn => turn.Key.Outcome == EvaluationOutcome.Blocked)
                    .OrderByDescending(static turn => turn.Value).ThenBy(static turn => turn.Key.RuleId, StringComparer.Ordinal)
                    .Select(static turn =>
                        new BlockedTotal { Reason = (V1.ReasonCode)turn.Key.Reason, RuleId = turn.Key.RuleId, Count = turn.Value }),
            },
        };
    }

    public static SampleRatioCheck ToRatio(long contacted, long heldOut, int holdout)
    {
        var share = (double)holdout / Assignment.Parts;
        var watch = CampaignLift.WatchRatio(contacted, heldOut, share);
        return new() { Contacted = contacted, HeldOut = heldOut, ExpectedHeldOutShare = share, PValue = watch?.PValue ?? 1, IsAlarm = watch?.IsAlarm() ?? false };
    }

    /// <summary>A lift, with what other methods give.</summary>
    public static LiftLine ToLift(CampaignLift lift, LiftMethods methods)
    {
        var (line, others) = (ToLift(lift), methods.Compute(lift));
        line.AmountWinsorisedFen = Take("amount_winsorised_fen", others.Winsorised);
        line.AmountBootstrapFen = Take("amount_bootstrap_fen", others.Bootstrap);
        line.Stratified = Take("stratified", others.StratifiedShare);
        line.AmountStratifiedFen = Take("amount_stratified_fen", others.StratifiedAmount);
        return line;

        LiftEstimate? Take(string field, Measured<Estimate> measured)
        {
            if (measured.Value is { } found)
            {
                return ToEstimate(found);
            }

            line.Unset.Add($"{field}: {measured.Refusal}");
            return null;
        }
    }

    public static LiftLine ToLift(CampaignLift lift) => new()
    {
        Keys = { lift.Keys },
        Contacted = lift.Contacted,
        Converted = lift.Converted,
        HeldOut = lift.HeldOut,
        HeldOutConverted = lift.HeldOutConverted,
        Absolute = lift.Share is { } share ? ToEstimate(share.Absolute) : null,
        Relative = lift.Share?.Relative is { } relative ? ToEstimate(relative) : null,
        Watched = lift.Watched is { } look ? ToWatched(look) : null,
        AmountFen = lift.Amount.Value is { } amount ? ToEstimate(amount.Welch) : null,
        Refusal = lift.Amount.Refusal ?? "",
        WithoutAmount = lift.WithoutAmount,
    };

    public static V1.LiftCourse ToCourse(LiftCourse course) => new()
    {
        Keys = { course.Keys },
        Days =
        {
            course.Days.Select(static day => new V1.LiftDay
            {
                Date = ReportDimensions.ToDate(day.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                Contacted = day.Contacted, Converted = day.Converted, HeldOut = day.HeldOut, HeldOutConverted = day.HeldOutConverted,
                Watched = day.Watched is { } look ? ToWatched(look) : null,
            }),
        },
    };

    public static LiftNeed ToNeed(CampaignNeed need)
    {
        var mapped = new LiftNeed
        {
            SmallestDifference = need.Difference, Power = need.Power, HeldOut = need.HeldOut, HeldOutADay = need.ADay,
            Refusal = need.DaysLeft.Refusal ?? "",
        };
        if (need.Needed.Value is { } needed)
        {
            mapped.Needed = needed;
        }

        if (need.DaysLeft.Value is { } days)
        {
            mapped.DaysLeft = days;
        }

        return mapped;
    }

    /// <summary>A look; null while nothing is known of its spread.</summary>
    public static LiftEstimate? ToWatched(SequenceLook look) => double.IsInfinity(look.Interval.Low)
        ? null
        : new() { Value = look.Value, Low = look.Interval.Low, High = look.Interval.High, PValue = look.PValue, IsClear = look.IsClear };

    public static LiftEstimate ToEstimate(Estimate estimate) => new()
    {
        Value = estimate.Value, Low = estimate.Interval.Low, High = estimate.Interval.High, PValue = estimate.PValue,
        IsClear = estimate.IsClear,
    };

    private static string GetTier(int value, Domain.Catalogs.Catalog catalog) =>
        catalog.Tag(catalog.TierTag)?.EnumNumbers.FirstOrDefault(each => each.Value == value).Key ?? $"#{value}";

    private static IEnumerable<int> GetOutcomes(Line line) => line.Totals.Keys
        .Where(static each => each.Kind is >= FactKind.Outcome and <= FactKind.HeldOutConvertedAgain)
            .Select(static each => each.Code)
            .Distinct()
            .Order();

    private static OutcomeTotal ToOutcome(Line line, int number, Domain.Catalogs.Catalog catalog) => new()
    {
        OutcomeId = catalog.Symbols.FindName(SymbolKind.Outcome, (ushort)number) ?? $"#{number}",
        Booked = line.Count(FactKind.Outcome, number),
        BookedFen = line.Fen(FactKind.Outcome, number),
        Converted = line.Count(FactKind.Converted, number),
        ConvertedFen = FenSum.Add(line.Fen(FactKind.Converted, number), line.Fen(FactKind.ConvertedAgain, number)),
        HeldOutConverted = line.Count(FactKind.HeldOutConverted, number),
        HeldOutConvertedFen = FenSum.Add(line.Fen(FactKind.HeldOutConverted, number), line.Fen(FactKind.HeldOutConvertedAgain, number)),
        ConvertedAgain = line.Count(FactKind.ConvertedAgain, number),
    };
}
