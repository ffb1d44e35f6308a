using System.Collections.Immutable;
using System.Globalization;
using Zhice.Api.Requests;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Contrasts;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using DecisionContrasts = Zhice.Domain.Experiments.DecisionContrasts;

namespace Zhice.Api.Measurement;

/// <summary>What the decisions themselves bring: counts by totals, spreads over customers by the facts that are kept.</summary>
/// <param name="measurement">Reads both.</param>
/// <param name="outcome">The outcome.</param>
/// <param name="confidence">How sure the intervals are.</param>
internal sealed class ContrastReport(IMeasurementGrain measurement, OutcomeDefinition outcome, Confidence confidence)
{
    private const string NothingShown =
        "No group of decision_contrasts has an offer that was shown. The catalogue draws the groups (decision_contrasts: {share: 0.01}).";

    /// <summary>The answer.</summary>
    /// <param name="from">The first day of the bank; null for the first one whose facts are kept.</param>
    /// <param name="to">The last day, which is included.</param>
    public async Task<GetContrastsResponse> CreateAsync(int? from, int to)
    {
        var kept = (await measurement.Sum(new("", "", int.MaxValue))).KeptFromDay;
        var first = from ?? kept;
        var totals = await measurement.Sum(new("", "", first, to));
        var isKept = first >= kept || !totals.Totals.Any(total => total.Day > 0 && total.Day < kept && IsContrast(total));
        ImmutableArray<CustomerSums> sums = isKept
            ? await measurement.SumCustomers(DecisionContrasts.ArmPrefix, first, to, outcome.Number)
            : [];
        var contrasts = ContrastFigures.Compare(totals.Totals, sums, outcome, confidence);
        return new()
        {
            AsOfTime = Values.ToTimestamp(totals.AsOfMs),
            FromDate = ToDate(first),
            Contrasts = { contrasts.Select(contrast => ToLine(contrast, contrasts[0], isKept ? null : ToDate(kept))) },
            Refusal = contrasts.All(static contrast => contrast.Shown == 0) ? NothingShown : "",
        };
    }

    private static ContrastLine ToLine(ContrastFigures figures, ContrastFigures usual, string? keptFrom)
    {
        var line = new ContrastLine
        {
            ContrastId = DecisionContrasts.GetName(figures.Contrast), Shown = figures.Shown, Converted = figures.Converted,
            AmountFen = figures.Fen, Customers = figures.Customers,
        };
        if (figures.Contrast == usual.Contrast)
        {
            return line;
        }

        var look = figures.Gain.Value;
        if (look is { } found)
        {
            line.Difference = found.Value;
            line.Watched = MeasurementMap.ToWatched(found);
        }
        else if (figures.Shown > 0 && usual.Shown > 0)
        {
            line.Difference = ((double)usual.Converted / usual.Shown) - ((double)figures.Converted / figures.Shown);
        }

        line.Refusal = line.Watched is not null ? ""
            : keptFrom is not null ? $"Facts of days before {keptFrom} are not kept, so nothing tells the spread over customers; ask from that day on."
            : figures.Gain.Refusal ?? "Too few customers.";
        return line;
    }

    private static bool IsContrast(in FactTotal total) => total.Group.Arm.StartsWith(DecisionContrasts.ArmPrefix, StringComparison.Ordinal);

    private static string ToDate(int day) => ReportDimensions.ToDate(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
