using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Decisions;
using Zhice.Domain.Decisions;

namespace Zhice.Grains.Decisions;

/// <summary>Keeps the key that signs the ids of decisions. No key is given out that the store does not have.</summary>
[GrainType("decision-key")]
internal sealed class DecisionKeyGrain(
    [PersistentState("secret", GrainStorageNames.Definitions)] IPersistentState<StoredDecisionKey> stored, TimeProvider clock)
    : Grain, IDecisionKeyGrain
{
    public async ValueTask<DecisionSecret> Get()
    {
        if (stored.State.Secret.Length == 0)
        {
            // A bank without a catalogue has made no decision yet.
            var isNew = await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(0) is null;
            stored.State = new()
            {
                Secret = DecisionKey.NewSecret(),
                MadeAtMs = isNew ? 0 : clock.GetUtcNow().ToUnixTimeMilliseconds(),
            };
            try
            {
                await stored.WriteStateAsync();
            }
            catch
            {
                // Perhaps the store has it, or another one: the next activation reads it.
                stored.State = new();
                DeactivateOnIdle();
                throw;
            }
        }

        return new(stored.State.Secret, stored.State.MadeAtMs);
    }
}

/// <summary>The key as it is stored; no secret: none was made yet.</summary>
[GenerateSerializer, Alias("zhice.stored-decision-key")]
internal sealed class StoredDecisionKey
{
    /// <summary>16 bytes.</summary>
    [Id(0)]
    public byte[] Secret { get; init; } = [];

    /// <summary>Since when ids are signed, unix milliseconds; 0: there were none before.</summary>
    [Id(1)]
    public long MadeAtMs { get; init; }
}
