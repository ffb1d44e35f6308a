using Zhice.Bench.Running;

namespace Zhice.Bench.Bars;

/// <summary>On which side of its bar a figure is to be.</summary>
internal enum BarSide
{
    AtLeast,
    AtMost,
}

/// <summary>A figure of a run of benchmarks.</summary>
/// <param name="Bench">The benchmark that measured it.</param>
/// <param name="Name">What was measured; one of its kind in the benchmark.</param>
/// <param name="Unit">The unit; empty for a ratio.</param>
/// <param name="Rounds">What each round gave.</param>
internal sealed record BarFigure(string Bench, string Name, string Unit, IReadOnlyList<double> Rounds)
{
    public BarFigure(string bench, string name, string unit, double only)
        : this(bench, name, unit, [only])
    {
    }

    /// <summary>What it is to be; null: it has no bar.</summary>
    public double? Bar { get; init; }

    /// <summary>The side of the bar, and of the baseline, that is good.</summary>
    public BarSide Side { get; init; } = BarSide.AtLeast;

    /// <summary>Whether two programs of the same run are compared: so it depends little on the machine, and has a baseline.</summary>
    public bool IsRatio => Unit.Length == 0;

    /// <summary>By what the baseline knows it.</summary>
    public string Key => $"{Bench}: {Name}";

    public Spread Spread { get; } = Spread.Of(Rounds);

    /// <summary>Whether the median meets the bar; null: there is none.</summary>
    public bool? IsMet => Bar is not { } bar ? null : Side == BarSide.AtLeast ? Spread.Median >= bar : Spread.Median <= bar;

    /// <summary>How much worse than the bar it is, as a part of the bar; 0 when the bar is met.</summary>
    public double Missed => IsMet is not false ? 0 : Math.Abs(Spread.Median - Bar!.Value) / Bar.Value;

    /// <summary>How much worse than a former median it is, as a part of that; below 0: it is better.</summary>
    public double GetWorsening(double before) =>
        before == 0 ? 0 : (Side == BarSide.AtLeast ? before - Spread.Median : Spread.Median - before) / before;

    public string ToText() => Spread.ToText(Spread.Median switch { < 10 => "0.00", < 100 => "0.0", _ => "N0" });
}
