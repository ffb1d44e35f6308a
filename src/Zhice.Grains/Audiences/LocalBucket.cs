using Zhice.Contracts.Audiences;
using Zhice.Domain.Audiences;
using Zhice.Domain.Catalogs;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Audiences;

/// <summary>
/// A bucket that lives on this silo: its index, and how it becomes exact again. One at a time works with the index, for
/// microseconds.
/// </summary>
internal sealed class LocalBucket(int number, CustomerStates customers, BucketReading reading, TimeProvider clock)
{
    private readonly Lock _working = new();
    private Task _reading = Task.CompletedTask;
    private BucketIndex? _index;
    private Catalog? _following;

    // Each doubt counts one up; a read that began after the last one settles them all.
    private long _doubts;
    private long _settled;

    // The versions of those whose states could not be read, by id.
    private readonly Dictionary<string, long> _unreadable = new(StringComparer.Ordinal);

    // Deltas that come while it is first read: the read may be older.
    private List<(byte[] Key, Domain.Customers.CustomerState State, long Version)>? _early = [];

    public int Number => number;

    public bool IsLoaded => Volatile.Read(ref _index) is not null;

    /// <summary>Whether the store may have what the index lacks: it is to be settled before it answers.</summary>
    public bool IsDoubtful => Volatile.Read(ref _doubts) != Volatile.Read(ref _settled);

    /// <summary>How many of its customers the index lacks because their states cannot be read.</summary>
    public int UnreadableCount
    {
        get
        {
            lock (_working)
            {
                return _unreadable.Count;
            }
        }
    }

    /// <summary>Those, with some of their ids.</summary>
    public UnreadableCustomers Unreadable
    {
        get
        {
            lock (_working)
            {
                return _unreadable.Count == 0
                    ? UnreadableCustomers.None
                    : new(_unreadable.Count, [.. _unreadable.Keys.Order(StringComparer.Ordinal).Take(UnreadableCustomers.MaxNamed)]);
            }
        }
    }

    public int RowCount => _index?.RowCount ?? 0;

    public long Bytes => _index?.Bytes ?? 0;

    /// <summary>Reads all from the store.</summary>
    public Task LoadAsync(Catalog catalog) => OneByOneAsync(async () =>
    {
        var doubts = Volatile.Read(ref _doubts);
        lock (_working)
        {
            _early ??= [];
        }

        var (index, unreadable) = (new BucketIndex(catalog), new List<(byte[] Key, long Version)>());
        await reading.ReadAsync(
            number, (key, state, version) => index.Take(key, state, version, NowMs), (key, version) => unreadable.Add((key, version)));
        lock (_working)
        {
            _unreadable.Clear();
            unreadable.ForEach(each => _unreadable[ToId(each.Key)] = each.Version);
            foreach (var (key, state, version) in _early!)
            {
                index.Take(key, state, version, NowMs);
                Read(key);
            }

            _early = null;
            Volatile.Write(ref _index, index);
        }

        Volatile.Write(ref _settled, doubts);
    });

    /// <summary>Goes over to the catalogue in force; when that has other tags, reads all from the store again.</summary>
    /// <returns>Whether it follows already; else it is being read.</returns>
    public bool TryFollow(Catalog catalog)
    {
        lock (_working)
        {
            if (_index is null || _index.TryFollow(catalog))
            {
                return _index is not null;
            }

            if (_following == catalog && !_reading.IsCompleted)
            {
                return false;
            }

            _following = catalog;
        }

        _ = LoadAsync(catalog);
        return false;
    }

    /// <summary>Takes a commit in.</summary>
    public void Take(byte[] key, Domain.Customers.CustomerState state, long version)
    {
        lock (_working)
        {
            _early?.Add((key, state, version));
            _index?.Take(key, state, version, NowMs);
            Read(key);
        }
    }

    /// <summary>Says that the store may have what the index lacks.</summary>
    public void Doubt() => Interlocked.Increment(ref _doubts);

    /// <summary>
    /// When it is in doubt, compares its versions with the store's and reads what it lacks. Those who ask together wait for one comparison.
    /// </summary>
    public Task SettleAsync() => !IsDoubtful ? Task.CompletedTask : OneByOneAsync(async () =>
    {
        var doubts = Volatile.Read(ref _doubts);
        if (doubts == Volatile.Read(ref _settled) || !IsLoaded)
        {
            return;
        }

        var versions = await customers.ReadVersionsAsync(number);
        List<byte[]> other = [];
        lock (_working)
        {
            other.AddRange(versions.Where(Lacks).Select(static each => each.Key));
        }

        await TakeAgainAsync(other, again: false);
        Volatile.Write(ref _settled, doubts);
    });

    /// <summary>Takes in again those whose values time has changed.</summary>
    public ValueTask RefreshAsync(long nowMs) => _index is not { } index || index.ChangesAtMs > nowMs
        ? default
        : new(OneByOneAsync(async () =>
    {
        List<byte[]> keys = [];
        lock (_working)
        {
            keys.AddRange(_index.Due(nowMs).Select(row => _index.GetKey(row).ToArray()));
        }

        await TakeAgainAsync(keys, again: true);
    }));

    /// <summary>Asks the index, when it is loaded.</summary>
    public bool TryAsk<T>(Func<BucketIndex, T> ask, out T answer)
    {
        lock (_working)
        {
            answer = _index is null ? default! : ask(_index);
            return _index is not null;
        }
    }

    private bool Lacks((byte[] Key, long Version) stored) => _index!.GetVersion(stored.Key) < stored.Version
        && (_unreadable.Count == 0 || _unreadable.GetValueOrDefault(ToId(stored.Key)) != stored.Version);

    private void Read(byte[] key)
    {
        if (_unreadable.Count > 0)
        {
            _unreadable.Remove(ToId(key));
        }
    }

    private static string ToId(byte[] key) => System.Text.Encoding.UTF8.GetString(key);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    // What reads the store does so one after the other: an older read never follows a newer one.
    private Task OneByOneAsync(Func<Task> read)
    {
        lock (_working)
        {
            return _reading = AfterAsync(_reading);
        }

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            await read();
        }
    }

    private async Task TakeAgainAsync(List<byte[]> keys, bool again)
    {
        if (keys.Count == 0)
        {
            return;
        }

        var unreadable = new List<(byte[] Key, long Version)>();
        var states = await customers.ReadAsync(keys, (key, version) => unreadable.Add((key, version)));
        lock (_working)
        {
            foreach (var (key, state, version) in states)
            {
                _index!.Take(key, state, version, NowMs, again);
                Read(key);
            }

            unreadable.ForEach(each => _unreadable[ToId(each.Key)] = each.Version);
        }
    }
}
