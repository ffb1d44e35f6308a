using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Storage.Bulk;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Audiences;

/// <summary>
/// Brings what is committed on this silo to the buckets' indexes, wherever they live. Buckets that nobody asked for are
/// told nothing. A delta that is lost puts its bucket in doubt: it compares its versions with the store's before it answers.
/// </summary>
/// <remarks>Hot path: a commit costs a hash and a look into an array while no bucket is loaded.</remarks>
internal sealed class BucketFeed(
    LocalBuckets local, IGrainFactory grains, ILocalSiloDetails here, ISiloStatusOracle oracle, ILogger<BucketFeed> log)
    : IDisposable
{
    // Two seconds of a silo's commits; their states are alive until then.
    private const int MaxWaiting = 20_000;
    private const int AtOnce = 500;

    private readonly string?[] _owners = new string?[CustomerBucket.Count];
    private readonly ConcurrentQueue<CustomerDelta> _waiting = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly bool[] _lost = new bool[CustomerBucket.Count];
    private bool _hasLost;

    public void Dispose() => _flushing.Dispose();

    /// <summary>The address of this silo.</summary>
    public string Here { get; } = here.SiloAddress.ToParsableString();

    /// <summary>The silo on which a bucket's index lives, as far as this silo was told; null: on none.</summary>
    public string? FindOwner(int bucket) => Volatile.Read(ref _owners[bucket]);

    /// <summary>From now on, tells that silo of commits to these buckets.</summary>
    public void Feed(string silo, ReadOnlySpan<int> buckets)
    {
        foreach (var bucket in buckets)
        {
            Volatile.Write(ref _owners[bucket], silo);
        }
    }

    /// <summary>Forgets the buckets of silos that died: they live nowhere until somebody asks for them.</summary>
    public void ForgetDead()
    {
        for (var bucket = 0; bucket < _owners.Length; bucket++)
        {
            if (FindOwner(bucket) is { } owner && oracle.IsDeadSilo(SiloAddress.FromParsableString(owner)))
            {
                Interlocked.CompareExchange(ref _owners[bucket], null, owner);
            }
        }
    }

    /// <summary>Takes note of a commit.</summary>
    public void Add(ReadOnlySpan<byte> key, CustomerState state, long version)
    {
        if (FindOwner(CustomerBucket.ForId(key)) is not null)
        {
            _waiting.Enqueue(new(key.ToArray(), state, version));
            while (_waiting.Count > MaxWaiting && _waiting.TryDequeue(out var oldest))
            {
                Lose(CustomerBucket.ForId(oldest.Key));
            }
        }
    }

    /// <summary>
    /// Takes note that the store may have something of a customer that nobody can tell: a write whose outcome is unknown.
    /// </summary>
    public void Lose(ReadOnlySpan<byte> key) => Lose(CustomerBucket.ForId(key));

    /// <summary>Takes note that something of a bucket was not told: its index is in doubt from the next flush on.</summary>
    public void Lose(int bucket)
    {
        Volatile.Write(ref _lost[bucket], true);
        Volatile.Write(ref _hasLost, true);
    }

    /// <summary>Tells all that waited when it was called, and waits for what another flush has taken and is telling.</summary>
    /// <exception cref="IndexNotReadyException">A silo did not take it: the indexes there lack what
    /// was committed here, and do not know.</exception>
    public async Task FlushAsync()
    {
        await _flushing.WaitAsync().ConfigureAwait(false);
        try
        {
            var away = new Dictionary<string, List<CustomerDelta>>();
            for (var left = _waiting.Count; left > 0 && _waiting.TryDequeue(out var delta); left--)
            {
                var bucket = CustomerBucket.ForId(delta.Key);
                if (FindOwner(bucket) is not { } owner)
                {
                    // Nobody holds it any more: who reads it next reads this too.
                }
                else if (owner != Here)
                {
                    (away.TryGetValue(owner, out var deltas) ? deltas : away[owner] = []).Add(delta);
                }
                else if (local.Find(bucket) is { } here)
                {
                    here.Take(delta.Key, delta.State, delta.Version);
                }
                else
                {
                    Lose(bucket);
                }
            }

            await Task.WhenAll(away.Select(each => SendAsync(each.Key, each.Value))).ConfigureAwait(false);
            if (Volatile.Read(ref _hasLost))
            {
                Volatile.Write(ref _hasLost, false);
                await SendLostAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    private async Task SendAsync(string silo, List<CustomerDelta> deltas)
    {
        var told = 0;
        try
        {
            foreach (var some in deltas.Chunk(AtOnce))
            {
                var strays = await grains.GetGrain<IAudienceSiloGrain>(silo).Take(ImmutableArray.Create(some)).ConfigureAwait(false);
                foreach (var stray in strays.IsDefault ? [] : strays)
                {
                    Lose(stray);
                }

                told += some.Length;
            }
        }
        catch (Exception fault) when (IsSiloFault(fault))
        {
            GrainsLog.AudienceSiloSilent(log, silo, fault);
            deltas.Skip(told).ToList().ForEach(delta => Lose(CustomerBucket.ForId(delta.Key)));
        }
    }

    // Where they live by now is asked first: what was lost may have gone to where they lived before.
    private async Task SendLostAsync()
    {
        var lost = Enumerable.Range(0, _lost.Length).Where(bucket => Interlocked.Exchange(ref _lost[bucket], false)).ToArray();
        var isTold = await Task.WhenAll(lost.Select(async bucket =>
        {
            if (FindOwner(bucket) is not { } believed)
            {
                return true;
            }

            try
            {
                var owner = await grains.GetGrain<IBucketGrain>(bucket).Load(believed).ConfigureAwait(false);
                Feed(owner, [bucket]);
                if (owner == Here)
                {
                    local.Doubt(bucket);
                }
                else
                {
                    await grains.GetGrain<IAudienceSiloGrain>(owner).Doubt([bucket]).ConfigureAwait(false);
                }

                return true;
            }
            catch (Exception fault)
            {
                GrainsLog.AudienceSiloSilent(log, believed, fault);
                Lose(bucket);
                return false;
            }
        })).ConfigureAwait(false);
        if (isTold.Contains(false))
        {
            throw new IndexNotReadyException("A commit did not reach all indexes. Repeat the call later.");
        }
    }

    private static bool IsSiloFault(Exception fault) => fault is OrleansException or TimeoutException or OperationCanceledException;
}
