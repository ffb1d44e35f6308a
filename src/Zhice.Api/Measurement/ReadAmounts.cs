using System.Collections.Immutable;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;

namespace Zhice.Api.Measurement;

/// <summary>The amounts of an outcome, as far as there are few enough to be read.</summary>
/// <param name="Sums">What they add up to.</param>
/// <param name="Each">The amounts one by one.</param>
/// <param name="NoSums">Why there are no sums; null: there are.</param>
/// <param name="NoEach">Why there are none one by one; null: there are.</param>
internal sealed record ReadAmounts(
    ImmutableArray<OutcomeSums> Sums, ImmutableArray<OutcomeAmounts> Each, string? NoSums, string? NoEach)
{
    // Each outcome is a row: so many are read in about two seconds.
    private const long MaxOutcomes = 2_000_000;

    /// <summary>Reads totals and amounts; how many rows the amounts are is known by totals.</summary>
    public static async Task<(MeasuredTotals Totals, ReadAmounts Amounts)> ReadAsync(
        IMeasurementGrain measurement, TotalsQuery query, OutcomeDefinition outcome)
    {
        var totals = await measurement.Sum(query);
        var outcomes = totals.Totals.Where(total => total.Kind is >= FactKind.Converted and <= FactKind.HeldOutConvertedAgain && total.Code == outcome.Number)
            .Sum(static total => total.Count);
        if (outcome.AmountProperty.Length == 0 || outcomes == 0)
        {
            return (totals, new([], [], null, null));
        }

        var many = $"There are {outcomes} outcomes, and amounts of at most";
        const string Lake = "read the others in the lake (zhice facts export, zhice report lift --file)";
        if (outcomes > MaxOutcomes)
        {
            var none = $"{many} {MaxOutcomes} are read: {Lake}.";
            return (totals, new([], [], none, none));
        }

        var isEach = outcomes <= LiftMethods.MaxOutcomes;
        ImmutableArray<OutcomeAmounts> each = isEach ? await measurement.ListAmounts(query, outcome.Number) : [];
        var sums = isEach ? [.. each.Select(static amounts => amounts.ToSums())] : await measurement.SumOutcomes(query, outcome.Number);

        // Totals that are younger than the amounts have all of them.
        return (await measurement.Sum(query), new(sums, each, null, isEach ? null : $"{many} {LiftMethods.MaxOutcomes} are read one by one: {Lake}."));
    }
}
