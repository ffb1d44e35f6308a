using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Outcomes;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>A lift by methods other than that of the raw one.</summary>
/// <param name="Winsorised">The amount, with amounts beyond a quantile of those of all arms moved to it.</param>
/// <param name="Bootstrap">The amount, with the interval of a bootstrap (BCa).</param>
/// <param name="StratifiedShare">The share, compared within tiers.</param>
/// <param name="StratifiedAmount">The amount, compared within tiers.</param>
public readonly record struct OtherLifts(
    Measured<Estimate> Winsorised, Measured<Estimate> Bootstrap, Measured<Estimate> StratifiedShare, Measured<Estimate> StratifiedAmount);

/// <summary>Computes lifts by other methods; the work is bounded whatever the number of customers.</summary>
public sealed class LiftMethods
{
    /// <summary>The most outcomes whose amounts are read one by one.</summary>
    public const long MaxOutcomes = 100_000;

    /// <summary>The most amounts that are drawn again, of all lines together: with more the normal interval holds.</summary>
    public const long MaxDrawn = 10_000;

    private const int Seed = 25;

    private readonly OutcomeDefinition _outcome;
    private readonly Confidence _confidence;
    private readonly string? _noAmounts;
    private readonly WinsorBounds _bounds;
    private readonly ILookup<(string Key, bool IsHeldOut), OutcomeAmounts> _amounts;
    private readonly ILookup<string, ReportLine> _tiers;
    private readonly KeptOutcomes? _kept;
    private long _left = MaxDrawn;

    /// <summary>The methods over the lines of a report.</summary>
    /// <param name="figures">The totals, the amounts as they are compared, and those of each customer once.</param>
    /// <param name="by">What the report is divided by.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="confidence">How sure intervals are.</param>
    public LiftMethods(LiftFigures figures, IReadOnlyList<ReportDimension> by, OutcomeDefinition outcome, Confidence confidence)
    {
        (_outcome, _confidence, _noAmounts) = (outcome, confidence, figures.NoAmounts);
        _amounts = figures.Compared.ToLookup(each => (GetKey(each.Group, by), each.IsHeldOut));
        _bounds = WinsorBounds.Of([Add(new(), figures.All)], WinsorBounds.DefaultQuantile);
        var hasTiers = !by.Contains(ReportDimension.Tier) && figures.Totals.Any(static total => total.Group.Tier.Length > 0);
        ReportDimension[] within = [.. by, ReportDimension.Tier];
        _tiers = (hasTiers ? ReportLine.Divide(figures.Totals, within) : []).ToLookup(static line => ReportLine.GetKey(line.Keys[..^1]));
        _kept = hasTiers ? new(figures.Sums, figures.Totals, within, figures.KeptFromDay) : null;
    }

    /// <summary>The other figures of a line. Lines are asked the largest first: the bootstrap draws so many amounts in all.</summary>
    public OtherLifts Compute(CampaignLift lift)
    {
        var (strata, refusal) = FindStrata(lift);
        var share = refusal is null ? Stratify(strata, Share) : Refuse(refusal);
        var amount = refusal is not null || lift.Amount.Refusal is not null ? Refuse(refusal ?? lift.Amount.Refusal!) : Stratify(strata, Amount);
        if (lift.Amount.Value is not { } raw || _noAmounts is not null)
        {
            var none = Refuse(lift.Amount.Refusal ?? _noAmounts ?? "There is no amount.");
            return new(none, none, share, amount);
        }

        var (own, control) = (Count(lift, isHeldOut: false), Count(lift, isHeldOut: true));
        var winsorised = AmountLift.Between(own.Counts.Within(_bounds), control.Counts.Within(_bounds), _confidence);
        return new(
            winsorised.Value is { } found ? found.Welch : Refuse(winsorised.Refusal!), Draw(own, control, raw.Welch.Value), share, amount);
    }

    private Measured<Estimate> Draw((AmountCounts Counts, long Drawn) own, (AmountCounts Counts, long Drawn) control, double value)
    {
        if (own.Drawn + control.Drawn > _left)
        {
            return Refuse($"The report has more than {MaxDrawn} amounts to draw; with so many the interval of Welch holds.");
        }

        _left -= own.Drawn + control.Drawn;
        var drawn = Bootstrap.Between(own.Counts, control.Counts, Bootstrap.DefaultDraws, new Random(Seed), _confidence);
        return new Estimate(value, drawn.StandardError, drawn.BiasCorrected, drawn.PValue);
    }

    // Customers without an outcome have 0; those whose facts are gone are left out, as the raw figure leaves them out.
    private (AmountCounts Counts, long Drawn) Count(CampaignLift lift, bool isHeldOut)
    {
        var counts = Add(new(), _amounts[(ReportLine.GetKey(lift.Keys), isHeldOut)]);
        var known = counts.Customers;
        var (all, converted) = isHeldOut ? (lift.HeldOut, lift.HeldOutConverted) : (lift.Contacted, lift.Converted);
        counts.Add(0, Math.Max(0, all - Math.Max(converted, known)));
        return (counts, known);
    }

    private (List<ReportLine> Lines, string? Refusal) FindStrata(CampaignLift lift)
    {
        var lines = _tiers[ReportLine.GetKey(lift.Keys)].Where(static line => line.Count(FactKind.Contacted) + line.Count(FactKind.HeldOut) > 0).ToList();
        return lines.Count < 2 ? (lines, "There are no tiers to compare within.")
            : lines.Any(static line => line.Count(FactKind.Contacted) < 2 || line.Count(FactKind.HeldOut) < 2)
                ? (lines, "A tier has fewer than 2 customers in one of the groups.")
            : (lines, null);
    }

    private Measured<Estimate> Stratify(List<ReportLine> lines, Func<ReportLine, bool, Moments> of) => StratifiedLift.Between(
        [.. lines.Select(line => new Stratum(line.Keys[^1], of(line, false), of(line, true)))], _confidence);

    private Moments Share(ReportLine line, bool isHeldOut)
    {
        var (of, did) = isHeldOut ? (FactKind.HeldOut, FactKind.HeldOutConverted) : (FactKind.Contacted, FactKind.Converted);
        var all = line.Count(of);
        return Moments.From(new Proportion(Math.Min(all, line.Count(did, _outcome.Number)), all));
    }

    private Moments Amount(ReportLine line, bool isHeldOut)
    {
        var kept = _kept!.Find(line, _outcome.Number, isHeldOut);
        return kept.GetMoments(Math.Max(kept.Missing, line.Count(isHeldOut ? FactKind.HeldOut : FactKind.Contacted)));
    }

    private static AmountCounts Add(AmountCounts counts, IEnumerable<OutcomeAmounts> amounts)
    {
        foreach (var each in amounts)
        {
            for (var i = 0; i < each.Fen.Length; i++)
            {
                counts.Add(each.Fen[i], each.Contacts[i]);
            }
        }

        return counts;
    }

    private static string GetKey(FactGroup group, IEnumerable<ReportDimension> by) =>
        ReportLine.GetKey(by.Select(dimension => dimension.GetValue(group, 0)));

    private static Measured<Estimate> Refuse(string reason) => Measured<Estimate>.Refuse(reason);
}
