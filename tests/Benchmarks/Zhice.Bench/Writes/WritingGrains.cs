using Zhice.Grains;

namespace Zhice.Bench.Writes;

/// <summary>A grain that writes its state at each call.</summary>
public interface IWritingGrain : IGrainWithStringKey
{
    /// <summary>Changes the state, and answers once it is durable.</summary>
    [Alias("Write")]
    Task Write();
}

/// <summary>On the group-commit storage.</summary>
[Alias("zhice.bench.grouped")]
public interface IGroupedGrain : IWritingGrain;

/// <summary>On Microsoft.Orleans.Persistence.AdoNet.</summary>
[Alias("zhice.bench.stock")]
public interface IStockGrain : IWritingGrain;

/// <summary>About 600 bytes, in the serializer's form as in JSON.</summary>
[GenerateSerializer, Alias("zhice.bench.written")]
public sealed class Written
{
    /// <summary>How often it was written.</summary>
    [Id(0)]
    public long Count { get; set; }

    /// <summary>What makes it long.</summary>
    [Id(1)]
    public string Text { get; set; } = "";

    /// <summary>The next state.</summary>
    public static Written After(Written? before)
    {
        var count = (before?.Count ?? 0) + 1;
        return new() { Count = count, Text = new string((char)('a' + (count % 26)), 570) };
    }
}

/// <inheritdoc cref="IGroupedGrain"/>
[GrainType("bench-grouped")]
internal sealed class GroupedGrain([PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<Written> stored)
    : Grain, IGroupedGrain
{
    public Task Write()
    {
        stored.State = Written.After(stored.State);
        return stored.WriteStateAsync();
    }
}

/// <inheritdoc cref="IStockGrain"/>
[GrainType("bench-stock")]
internal sealed class StockGrain([PersistentState("state", StockGrain.Storage)] IPersistentState<Written> stored) : Grain, IStockGrain
{
    public const string Storage = "stock";

    public Task Write()
    {
        stored.State = Written.After(stored.State);
        return stored.WriteStateAsync();
    }
}
