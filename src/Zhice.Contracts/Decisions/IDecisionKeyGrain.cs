using Orleans.Concurrency;

namespace Zhice.Contracts.Decisions;

/// <summary>Keeps the key that signs the ids of decisions, one grain for the cluster; its key is "decisions".</summary>
[Alias("zhice.decision-key")]
public interface IDecisionKeyGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "decisions";

    /// <summary>The secret: made and stored at the first call, the same ever after.</summary>
    [Alias("Get")]
    ValueTask<DecisionSecret> Get();
}

/// <summary>What signs the ids of decisions.</summary>
/// <param name="Secret">16 bytes that nobody outside the cluster knows.</param>
/// <param name="MadeAtMs">Since when ids are signed, unix milliseconds; 0: there were none before.</param>
[GenerateSerializer, Immutable, Alias("zhice.decision-secret")]
public sealed record DecisionSecret([property: Id(0)] byte[] Secret, [property: Id(1)] long MadeAtMs);
