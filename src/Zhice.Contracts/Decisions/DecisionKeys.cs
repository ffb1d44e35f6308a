using Zhice.Domain.Decisions;

namespace Zhice.Contracts.Decisions;

/// <summary>This process's copy of the cluster's key for the ids of decisions: there since the catalogue is known.</summary>
/// <param name="grains">The factory of grains.</param>
public sealed class DecisionKeys(IGrainFactory grains)
{
    private DecisionKey? _current;

    /// <summary>The key.</summary>
    /// <exception cref="InvalidOperationException">It is not known yet.</exception>
    public DecisionKey Current =>
        Volatile.Read(ref _current) ?? throw new InvalidOperationException("The key for the ids of decisions is not known yet.");

    /// <summary>Asks the cluster for the key, unless it is known.</summary>
    internal async Task LoadAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _current) is null)
        {
            var made = await grains.GetGrain<IDecisionKeyGrain>(IDecisionKeyGrain.Key).Get().AsTask().WaitAsync(cancellation);
            Volatile.Write(ref _current, new(made.Secret, made.MadeAtMs));
        }
    }
}
