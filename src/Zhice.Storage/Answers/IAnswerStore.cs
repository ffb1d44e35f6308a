using Zhice.Domain.Customers;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Answers;

/// <summary>What a back end keeps of answers that customers' states have no room for any more.</summary>
public interface IAnswerStore
{
    /// <summary>The last answer to a call of a customer's; null when none is, or no longer, kept.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="idHash">The hash of the call's request id.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<AnsweredRequest?> FindAsync(string customerId, ulong idHash);
}
