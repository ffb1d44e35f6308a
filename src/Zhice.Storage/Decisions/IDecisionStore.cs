using Zhice.Domain.Decisions;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;

namespace Zhice.Storage.Decisions;

/// <summary>What a back end keeps of decisions: bytes by customer and id, by the day (UTC) that the id says.</summary>
public interface IDecisionStore
{
    /// <summary>Keeps decisions, all in one transaction; those that are kept already stay as they are.</summary>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are kept. Append them again.</exception>
    Task AppendAsync(IReadOnlyList<DecisionRow> decisions);

    /// <summary>The bytes of a decision; null when it is not, or no longer, kept.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<byte[]?> FindAsync(DecisionId id, string customerId);

    /// <summary>The first decisions from an instant on, in the order of their instants.</summary>
    /// <param name="from">From when on.</param>
    /// <param name="to">Until when, exclusive; on the same day (UTC) as <paramref name="from"/>, or its end.</param>
    /// <param name="limit">How many, at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<DecisionRow>> ListAsync(DateTimeOffset from, DateTimeOffset to, int limit);

    /// <summary>Forgets all days before this one.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task ForgetBeforeAsync(DateOnly day);
}
