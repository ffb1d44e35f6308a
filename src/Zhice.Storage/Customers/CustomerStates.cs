using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;
using Zhice.Storage.Background;
using Zhice.Storage.Bulk;
using Zhice.Storage.States;

namespace Zhice.Storage.Customers;

/// <summary>
/// The states of customers in bulk: as <see cref="GroupCommitStorage"/> keeps those of the customer grains, byte for byte,
/// and guarded by the same versions, so that a live write is never lost.
/// </summary>
public sealed class CustomerStates(
    GroupCommitStorage storage, Serializer serializer, TimeProvider clock, ILogger<CustomerStates>? log = null,
    IMeterFactory? meters = null)
{
    // Damage of one state is named once, and not without end.
    private const int MaxNamed = 1_000;

    private readonly ConcurrentDictionary<string, long> _named = new(StringComparer.Ordinal);
    private readonly Counter<long>? _unreadable = meters?.Create("Zhice.Storage").CreateCounter<long>(
        "zhice.storage.unreadable_states", "{read}", "States of customers that could not be read, each time that one was read.");

    // After a batch that met known customers, so many are read first; then new ones are hoped for again.
    private const int ReadFirstAfterMeeting = 50;

    private const int ReadAtOnce = 1_000;

    // A slice that takes longer is followed by a smaller one.
    private const int SmallestSlice = 250;
    private const int FirstSlice = 1_000;
    private const int MaxSlice = 2_000;

    // Of a slice so many states are unpacked at a time: what is soon forgotten costs the collector nothing.
    private const int UnpackedAtOnce = 128;
    private static readonly TimeSpan SliceTime = TimeSpan.FromSeconds(1);

    private int _readFirst;

    internal int Batch => storage.Bulk.BulkBatch;

    /// <summary>How many customers there are.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task<long> CountAsync() => storage.CountAsync(CustomerKey.GrainType);

    /// <summary>Those of some customers who were erased.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task<IReadOnlySet<string>> FindErasedAsync(IReadOnlyList<string> customerIds) => storage.Erasures.FindErasedAsync(customerIds);

    /// <summary>Merges changes in; once it ends they are durable.</summary>
    /// <returns>The customers whose states changed.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps some are kept. Merge again.</exception>
    internal async Task<IReadOnlyList<StateKey>> MergeAsync(ICustomerBatch batch)
    {
        var order = Enumerable.Range(0, batch.Keys.Count).ToArray();
        Array.Sort([.. batch.Keys], order);
        if (Volatile.Read(ref _readFirst) == 0)
        {
            if (await TryInsertAsync(batch, order))
            {
                return batch.Keys;
            }

            Volatile.Write(ref _readFirst, ReadFirstAfterMeeting);
        }
        else
        {
            Interlocked.Decrement(ref _readFirst);
        }

        return await MergeAsync(batch, order);
    }

    /// <summary>
    /// All customers, bucket by bucket, in slices that are each of one instant: so no read holds back what the store forgets for
    /// longer than a slice takes, about a second, and none waits for what is done with the customers.
    /// </summary>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="unreadable">Told of each customer whose state cannot be read, with its version; it is left out.</param>
    /// <param name="away">Told when the store is away; when it returns the slice is read again. Null: it ends so.</param>
    /// <param name="from">Behind which place to begin; null: with the first.</param>
    /// <exception cref="StoreUnavailableException">The store is away, and nobody waits for it.</exception>
    public async IAsyncEnumerable<CustomerSlice> ReadSlicesAsync(
        [EnumeratorCancellation] CancellationToken cancellation, Action<byte[], long>? unreadable = null,
        Func<StoreUnavailableException, Task>? away = null, BulkPlace? from = null)
    {
        var (place, size) = (from ?? BulkPlace.Start, FirstSlice);
        while (true)
        {
            var begun = clock.GetTimestamp();
            List<StoredRow> rows;
            try
            {
                rows = await storage.Bulk.ReadSliceAsync(CustomerKey.GrainType, CustomerKey.StateName, place, size, cancellation);
            }
            catch (StoreUnavailableException fault) when (away is not null)
            {
                size = SmallestSlice;
                await away(fault);
                continue;
            }

            var isLast = rows.Count < size;
            place = rows.Count == 0 ? place : new(CustomerBucket.ForId(rows[^1].Key), rows[^1].Key);
            size = clock.GetElapsedTime(begun) > SliceTime ? Math.Max(SmallestSlice, size / 2) : Math.Min(MaxSlice, size * 2);
            for (var at = 0; at < rows.Count; at += UnpackedAtOnce)
            {
                var some = Math.Min(UnpackedAtOnce, rows.Count - at);
                var states = new List<(byte[] Key, CustomerState State)>(some);
                for (var i = at; i < at + some; i++)
                {
                    if (Read(rows[i].Key, rows[i].State, unreadable) is { } state)
                    {
                        states.Add((rows[i].Key, state));
                    }
                }

                var last = new BulkPlace(CustomerBucket.ForId(rows[at + some - 1].Key), rows[at + some - 1].Key);
                yield return new(states, isLast && at + some == rows.Count ? 1 : (last.Bucket + 1d) / CustomerBucket.Count, last);
                if (BackgroundWork.IsTurnOver)
                {
                    await Task.Yield();
                }
            }

            if (isLast)
            {
                yield break;
            }
        }
    }

    /// <summary>All customers as they are at one instant, bucket by bucket.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="unreadable">Told of each customer whose state cannot be read, with its version; it is left out.</param>
    public async IAsyncEnumerable<(byte[] Key, CustomerState State)> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellation, Action<byte[], long>? unreadable = null)
    {
        await foreach (var row in storage.Bulk.ReadAllAsync(CustomerKey.GrainType, CustomerKey.StateName, cancellation))
        {
            if (Read(row.Key, row.State, unreadable) is { } state)
            {
                yield return (row.Key, state);
            }
        }
    }

    /// <summary>The same in slices, all of one instant.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="unreadable">Told of each customer whose state cannot be read, with its version; it is left out.</param>
    /// <exception cref="StoreUnavailableException">The store is away, and with it the instant.</exception>
    public async IAsyncEnumerable<CustomerSlice> ReadInstantAsync(
        [EnumeratorCancellation] CancellationToken cancellation, Action<byte[], long>? unreadable = null)
    {
        var states = new List<(byte[] Key, CustomerState State)>(FirstSlice);
        await foreach (var row in ReadAllAsync(cancellation, unreadable))
        {
            states.Add(row);
            if (states.Count == FirstSlice)
            {
                yield return new(
                    states, (CustomerBucket.ForId(row.Key) + 1d) / CustomerBucket.Count, new(CustomerBucket.ForId(row.Key), row.Key));
                states = new(FirstSlice);
            }
        }

        yield return new(states, 1, new(CustomerBucket.Count, []));
    }

    /// <summary>
    /// The customers of some buckets with their versions, in any order. Many buckets at once are read far faster than one by one.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async IAsyncEnumerable<(byte[] Key, CustomerState State, long Version)> ReadBucketsAsync(
        IReadOnlyList<int> buckets, [EnumeratorCancellation] CancellationToken cancellation, Action<byte[], long>? unreadable = null)
    {
        await foreach (var row in storage.Bulk.ReadBucketsAsync(CustomerKey.GrainType, CustomerKey.StateName, buckets, cancellation))
        {
            if (Read(row.Key, row.State, unreadable) is { } state)
            {
                yield return (row.Key, state, row.State.Version);
            }
        }
    }

    /// <summary>The versions of a bucket's customers.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task<List<(byte[] Key, long Version)>> ReadVersionsAsync(int bucket) =>
        storage.Bulk.ReadVersionsAsync(CustomerKey.GrainType, CustomerKey.StateName, bucket);

    /// <summary>Some customers with their versions; those that are not there are left out.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<List<(byte[] Key, CustomerState State, long Version)>> ReadAsync(
        IReadOnlyList<byte[]> keys, Action<byte[], long>? unreadable = null)
    {
        var found = new List<(byte[], CustomerState, long)>(keys.Count);
        foreach (var some in keys.Chunk(ReadAtOnce))
        {
            var states = await storage.Bulk.ReadManyAsync([.. some.Select(static key => CustomerKey.Create(key))]);
            foreach (var (key, stored) in some.Zip(states))
            {
                if (stored is { } known && Read(key, known, unreadable) is { } state)
                {
                    found.Add((key, state, known.Version));
                }
            }
        }

        return found;
    }

    // One that is damaged, or of a newer format than this silo's, holds up no other.
    private CustomerState? Read(byte[] key, StoredState stored, Action<byte[], long>? unreadable)
    {
        try
        {
            return serializer.Deserialize<CustomerState>(storage.Cipher.Open(key, stored.Payload))!;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var id = Encoding.UTF8.GetString(key);
            if (log is not null && _named.Count < MaxNamed && _named.TryAdd(id, stored.Version))
            {
                log.StateUnreadable(id, CustomerBucket.ForId(key), stored.Version, fault);
            }

            _unreadable?.Add(1);
            unreadable?.Invoke(key, stored.Version);
            return null;
        }
    }

    private byte[] Serialize(StateKey key, CustomerState state) => storage.Cipher.Seal(key.Key, serializer.SerializeToArray(state));

    private async Task<bool> TryInsertAsync(ICustomerBatch batch, int[] order)
    {
        var writes = new StateWrite[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            var state = batch.Merge(order[i], null)!;
            writes[i] = StateWrite.Create(batch.Keys[order[i]], 0, Serialize(batch.Keys[order[i]], state), state.Effects);
        }

        try
        {
            return await storage.Bulk.TryInsertAsync(writes);
        }
        catch (OutcomeUnknownException fault)
        {
            // Perhaps they are kept: merging again changes nothing then.
            throw new StoreUnavailableException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is not StoreUnavailableException)
        {
            // One of the states is at fault, or another had a lock: the slow way finds out which.
            return false;
        }
    }

    // Reads, merges and writes until no live write came between.
    private async Task<IReadOnlyList<StateKey>> MergeAsync(ICustomerBatch batch, int[] customers)
    {
        var changed = new List<StateKey>();
        while (customers.Length > 0)
        {
            var found = await storage.Bulk.ReadManyAsync([.. customers.Select(customer => batch.Keys[customer])]);
            var writes = new List<StateWrite>();
            var writers = new List<int>();
            for (var i = 0; i < customers.Length; i++)
            {
                var before = found[i] is { } stored ? Read(batch.Keys[customers[i]].Key, stored, null) : null;
                if (before is null && found[i] is not null)
                {
                    batch.Refuse(customers[i], "the stored state of the customer cannot be read; the log of the silo has the reason");
                    continue;
                }

                if (batch.Merge(customers[i], before) is { } after)
                {
                    JourneyWalk.AskAgain(after, clock.GetUtcNow().ToUnixTimeMilliseconds());
                    writes.Add(
                        StateWrite.Create(
                            batch.Keys[customers[i]], found[i]?.Version ?? 0, Serialize(batch.Keys[customers[i]], after), after.Effects));
                    writers.Add(customers[i]);
                }
            }

            var overtaken = new List<int>();
            var size = storage.Bulk.BulkBatch;
            for (var start = 0; start < writes.Count; start += size)
            {
                var count = Math.Min(size, writes.Count - start);
                await WriteAsync(batch, writes.GetRange(start, count), writers.GetRange(start, count), changed, overtaken);
            }

            customers = [.. overtaken];
        }

        return changed;
    }

    private async Task WriteAsync(
        ICustomerBatch batch, List<StateWrite> writes, List<int> writers, List<StateKey> changed, List<int> overtaken)
    {
        if (writes.Count == 0)
        {
            return;
        }

        WriteOutcome[] outcomes;
        try
        {
            outcomes = await storage.Bulk.WriteAsync(writes);
        }
        catch (OutcomeUnknownException fault)
        {
            throw new StoreUnavailableException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is not StoreUnavailableException)
        {
            if (writes.Count == 1)
            {
                batch.Refuse(writers[0], $"the store refuses the customer's state, {writes[0].Payload!.Length} bytes: {fault.Message}");
                return;
            }

            // One of them is at fault: halve until it is alone.
            var half = writes.Count / 2;
            await WriteAsync(batch, writes[..half], writers[..half], changed, overtaken);
            await WriteAsync(batch, writes[half..], writers[half..], changed, overtaken);
            return;
        }

        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].IsWritten)
            {
                changed.Add(writes[i].Key);
            }
            else if (outcomes[i].IsErased)
            {
                batch.RefuseErased(writers[i]);
            }
            else
            {
                overtaken.Add(writers[i]);
            }
        }
    }
}

/// <summary>Some customers as they are at one instant.</summary>
/// <param name="Customers">The customers.</param>
/// <param name="Fraction">How far the whole read is, above 0 to 1: buckets are about equal.</param>
/// <param name="Last">Behind which the next slice begins.</param>
public readonly record struct CustomerSlice(IReadOnlyList<(byte[] Key, CustomerState State)> Customers, double Fraction, BulkPlace Last);
