using System.Text;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Answers;

/// <summary>Answers that customers' states have no room for any more, in the store of the states.</summary>
/// <remarks>Each method throws <see cref="StoreUnavailableException"/> when the store is away.</remarks>
public sealed class AnswerRows(GroupCommitStorage storage)
{
    /// <inheritdoc cref="IAnswerStore.FindAsync"/>
    public Task<AnsweredRequest?> FindAsync(string customerId, ulong idHash) => storage.Answers.FindAsync(Encoding.UTF8.GetBytes(customerId), idHash);
}
