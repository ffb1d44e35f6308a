using Zhice.Domain.Decisions;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Decisions;

/// <summary>The log of decisions, in the store of the states.</summary>
public sealed class DecisionRows(GroupCommitStorage storage)
{
    /// <summary>Keeps decisions; those that are kept already stay as they are.</summary>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are kept. Append them again.</exception>
    public Task AppendAsync(IReadOnlyList<DecisionRow> decisions) => storage.Decisions.AppendAsync(decisions);

    /// <summary>The bytes of a decision; null when it is not, or no longer, kept.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task<byte[]?> FindAsync(DecisionId id, string customerId) => storage.Decisions.FindAsync(new(id, customerId, []));

    /// <summary>Forgets all days (UTC) before this one.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task ForgetBeforeAsync(DateOnly day) => storage.Decisions.ForgetBeforeAsync(day);
}
