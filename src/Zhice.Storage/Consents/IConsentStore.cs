using Zhice.Domain.Contacts;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Consents;

/// <summary>What a back end keeps of consent beside the customers' states: every word, for good.</summary>
public interface IConsentStore
{
    /// <summary>The words of a customer, the latest first by when they were said.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="before">Behind which word; null: from the first.</param>
    /// <param name="limit">How many at the most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<KeptStatement>> ListAsync(string customerId, StatementPosition? before, int limit);
}

/// <summary>The place of a word in the history.</summary>
/// <param name="AtMs">When it was said, unix milliseconds.</param>
/// <param name="Number">Its number in the store; of two words of one instant the one recorded later is above.</param>
public readonly record struct StatementPosition(long AtMs, long Number);

/// <summary>A word with its place.</summary>
public readonly record struct KeptStatement(StatementPosition Place, ConsentStatement Word);
