using Zhice.Domain.Measurement.Facts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>The figures that other methods need.</summary>
/// <param name="Totals">The totals as they are compared.</param>
/// <param name="Sums">The sums of amounts as they are compared.</param>
/// <param name="Compared">The amounts as they are compared: of an experiment those of the control once for each arm.</param>
/// <param name="All">The amounts, each once.</param>
/// <param name="KeptFromDay">From this day of the bank on no fact was dropped for its age.</param>
/// <param name="NoAmounts">Why the amounts were not read; null: they were.</param>
public sealed record LiftFigures(
    IReadOnlyList<FactTotal> Totals, IReadOnlyList<OutcomeSums> Sums, IReadOnlyList<OutcomeAmounts> Compared, IReadOnlyList<OutcomeAmounts> All,
    int KeptFromDay, string? NoAmounts);
