using Orleans.Placement;
using Zhice.Grains;

namespace Zhice.Bench.Memory;

/// <summary>A grain that holds nothing: what is left is what the runtime takes.</summary>
[Alias("zhice.bench.bare")]
public interface IBareGrain : IGrainWithStringKey
{
    /// <summary>Makes it active.</summary>
    [Alias("Touch")]
    ValueTask<int> Touch();
}

/// <inheritdoc cref="IBareGrain"/>
[GrainType("bench-bare"), PreferLocalPlacement]
internal sealed class BareGrain : Grain, IBareGrain
{
    public ValueTask<int> Touch() => ValueTask.FromResult(0);
}

/// <summary>A grain with the persistent state of an object that holds nothing.</summary>
[Alias("zhice.bench.stateful")]
public interface IStatefulGrain : IGrainWithStringKey
{
    /// <summary>Makes it active.</summary>
    [Alias("Touch")]
    ValueTask<int> Touch();
}

/// <summary>Nothing.</summary>
[GenerateSerializer, Alias("zhice.bench.nothing")]
public sealed class Nothing;

/// <inheritdoc cref="IStatefulGrain"/>
[GrainType("bench-stateful"), PreferLocalPlacement]
internal sealed class StatefulGrain([PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<Nothing> stored)
    : Grain, IStatefulGrain
{
    public ValueTask<int> Touch() => ValueTask.FromResult(stored.State is null ? 1 : 0);
}
