using Zhice.Domain.Faults;

namespace Zhice.Storage.Retention;

/// <summary>What a back end does about what grows with time.</summary>
public interface IRetentionStore
{
    /// <summary>
    /// Forgets what is too old, without holding anybody up, and makes room for what is to come. One process at a time does.
    /// </summary>
    /// <param name="options">How long what is kept.</param>
    /// <param name="now">Now.</param>
    /// <returns>False: another process is at it.</returns>
    /// <exception cref="StoreUnavailableException">The store is away, or somebody reads for long what is to go. Call again.</exception>
    Task<bool> KeepAsync(RetentionOptions options, DateTimeOffset now);
}
