using Zhice.Storage.Background;

namespace Zhice.Grains;

/// <summary>How many of each kind of long work run on a silo at a time; the others wait, in their order.</summary>
internal sealed class BackgroundTurns : IDisposable
{
    /// <summary>Imports and exports.</summary>
    public Turns Operations { get; } = new(2);

    /// <summary>Simulations of catalogues, and rehearsals of campaigns.</summary>
    public Turns Simulations { get; } = new(2);

    /// <summary>Analyses of behaviour.</summary>
    public Turns Analyses { get; } = new(2);

    /// <inheritdoc/>
    public void Dispose()
    {
        Analyses.Dispose();
        Operations.Dispose();
        Simulations.Dispose();
    }
}
