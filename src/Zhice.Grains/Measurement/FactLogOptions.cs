namespace Zhice.Grains.Measurement;

/// <summary>Which part of what belongs to no commit is measured.</summary>
public sealed record FactLogOptions
{
    /// <summary>The share of the decisions of which offers and reasons are recorded as facts.</summary>
    /// <value>0 to 1; default 0.01.</value>
    public double DecisionShare { get; init; } = 0.01;

    /// <summary>The share of the customers whose events are recorded as facts; of each of them all are.</summary>
    /// <value>0 to 1; default 0.</value>
    public double BehaviorShare { get; init; }
}
