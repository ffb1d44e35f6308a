using Zhice.Domain.Faults;

namespace Zhice.Storage.Retention;

/// <summary>Keeps the store of the states from growing for ever.</summary>
public sealed class StoreRetention(GroupCommitStorage storage)
{
    /// <inheritdoc cref="IRetentionStore.KeepAsync"/>
    public Task<bool> KeepAsync(RetentionOptions options, DateTimeOffset now) => storage.Retention.KeepAsync(options, now);
}
