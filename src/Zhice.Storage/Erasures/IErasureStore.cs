using Zhice.Domain.Faults;
using Zhice.Storage.Evaluations;

namespace Zhice.Storage.Erasures;

/// <summary>
/// Erases customers. From the moment at which a request is kept the store refuses each new state and each decision of the customer; what
/// is there already is removed place by place. What must hold is in the tests' ErasureContract, the same for each back end.
/// </summary>
public interface IErasureStore
{
    /// <summary>Keeps a request with the customer's id, and the tombstone. One that is there already stays as it is.</summary>
    /// <returns>The request as the store has it.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps it is kept. Begin again.</exception>
    Task<ErasureRequest> BeginAsync(string customerId, ErasureRequest request);

    /// <summary>The contacts of a customer that wait for their channels or are out.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<string>> ListContactsAsync(string customerId);

    /// <summary>Removes the customer's state; one that is gone already is passed over.</summary>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps it is removed. Remove again.</exception>
    Task RemoveStateAsync(string customerId, ErasureRequest request);

    /// <summary>
    /// Removes the customer's rows of <see cref="CustomerPlaces.Rows"/>; what is gone already is passed over. It may take minutes.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps some are removed. Remove again.</exception>
    Task RemoveRowsAsync(string customerId, ErasureRequest request, EvidenceRules rules);

    /// <summary>The customer's rows of a table of <see cref="CustomerPlaces.Rows"/>: values by column.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string customerId, string table);

    /// <summary>Adds to what a request removed from a place.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task AddCountAsync(ErasureRequest request, string place, long rows);

    /// <summary>What a request that is under way has removed, by place.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<ErasedRows>> ListCountsAsync(ErasureRequest request);

    /// <summary>The keys of the grains of a type that have state.</summary>
    /// <param name="grainType">The type.</param>
    /// <param name="end">How the keys end; empty: any.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<string>> ListGrainsAsync(string grainType, string end);

    /// <summary>Pages of evaluations of a shard, of all campaigns and runs, in order.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="after">Behind which page; null: from the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<EvaluationRow>> ListPagesAsync(short shard, EvaluationRow? after, int limit);

    /// <summary>Ends a request: its certificate takes the place of the customer's id.</summary>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps it is ended. End it again.</exception>
    Task EndAsync(ErasureRequest request, byte[] certificate, long endedAtMs);

    /// <summary>Requests, the latest first.</summary>
    /// <param name="before">Before which number; null: from the latest.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<ErasureRequest>> ListAsync(long? before, int limit);

    /// <summary>Requests that are under way, the oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<ErasureRequest>> ListOpenAsync(int limit);

    /// <summary>Those of some customers who were erased.</summary>
    /// <param name="customerIds">Their ids, up to some thousands.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlySet<string>> FindErasedAsync(IReadOnlyList<string> customerIds);

    /// <summary>Removes a customer's tombstone.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<bool> LiftAsync(string customerId);

    /// <summary>All tombstones.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<Tombstones> ListTombstonesAsync();

    /// <summary>Adds tombstones that another copy of this store has. A store without tombstones takes over their salt.</summary>
    /// <returns>False, and nothing is added, when this store has tombstones with another salt.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<bool> AddTombstonesAsync(Tombstones tombstones, long nowMs);

    /// <summary>Customers who have a tombstone and all the same a row in a place: a backup brought them back.</summary>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<string>> FindPresentAsync(int limit);
}
