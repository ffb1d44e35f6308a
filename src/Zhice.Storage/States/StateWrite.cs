using Zhice.Domain.Effects;

namespace Zhice.Storage.States;

/// <summary>One state to be written or cleared, if the store still has the version that the writer read.</summary>
/// <param name="Key">Which state.</param>
/// <param name="ExpectedVersion">The version read; 0 when there was none.</param>
/// <param name="Payload">The bytes to keep; null clears the state.</param>
/// <param name="WriteId">Kept beside the bytes, so that a write whose outcome was lost can be told from another's.</param>
internal sealed record StateWrite(StateKey Key, long ExpectedVersion, byte[]? Payload, Guid WriteId)
{
    /// <summary>What is written in the same transaction, if the state is.</summary>
    public CommitEffects? Effects { get; init; }

    public static StateWrite Create(StateKey key, long expectedVersion, byte[] payload, CommitEffects? effects = null) =>
        new(key, expectedVersion, payload, Guid.NewGuid()) { Effects = effects };

    public static StateWrite Clearing(StateKey key, long expectedVersion) =>
        new(key, expectedVersion, null, Guid.NewGuid());
}
