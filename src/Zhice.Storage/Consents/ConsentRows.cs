using System.Text;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Consents;

/// <summary>The history of consent, in the store of the states.</summary>
/// <remarks>Each method throws <see cref="StoreUnavailableException"/> when the store is away.</remarks>
public sealed class ConsentRows(GroupCommitStorage storage)
{
    /// <inheritdoc cref="IConsentStore.ListAsync"/>
    public Task<IReadOnlyList<KeptStatement>> ListAsync(string customerId, StatementPosition? before, int most) =>
        storage.Consents.ListAsync(Encoding.UTF8.GetBytes(customerId), before, most);
}
