using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Customers;
using Zhice.Storage.Bulk;

namespace Zhice.Grains.Audiences;

/// <summary>
/// Brings what is committed on this silo to the buckets' indexes, wherever they live. Buckets that nobody asked for are
/// told nothing. A delta that is lost costs freshness alone: its bucket compares versions with the store when silos come
/// or go, and every minute.
/// </summary>
/// <remarks>Hot path: a commit costs a hash and a look into an array while no bucket is loaded.</remarks>
internal sealed class BucketFeed(LocalBuckets local, IGrainFactory grains, ILocalSiloDetails here, ISiloStatusOracle oracle, ILogger<BucketFeed> log) : IDisposable
{
    private const int MostWaiting = 200_000;
    private const int AtOnce = 500;

    private readonly string?[] _owners = new string?[IBucketGrain.Count];
    private readonly ConcurrentQueue<CustomerDelta> _waiting = new();
    private readonly SemaphoreSlim _flushing = new(1);

    public void Dispose() => _flushing.Dispose();

    /// <summary>The address of this silo.</summary>
    public string Here { get; } = here.SiloAddress.ToParsableString();

    /// <summary>The silo on which a bucket's index lives, as far as this silo was told; null: on none.</summary>
    public string? OwnerOf(int bucket) => Volatile.Read(ref _owners[bucket]);

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
            if (OwnerOf(bucket) is { } owner && oracle.IsDeadSilo(SiloAddress.FromParsableString(owner)))
            {
                Interlocked.CompareExchange(ref _owners[bucket], null, owner);
            }
        }
    }

    /// <summary>Takes note of a commit.</summary>
    public void Add(ReadOnlySpan<byte> key, CustomerState state, long version)
    {
        if (OwnerOf(CustomerStates.BucketOf(key)) is not null)
        {
            _waiting.Enqueue(new(key.ToArray(), state, version));
            while (_waiting.Count > MostWaiting && _waiting.TryDequeue(out _))
            {
            }
        }
    }

    /// <summary>Tells all that waited when it was called, and waits for what another flush has taken and is telling.</summary>
    public async Task FlushAsync()
    {
        await _flushing.WaitAsync().ConfigureAwait(false);
        try
        {
            var away = new Dictionary<string, List<CustomerDelta>>();
            for (var left = _waiting.Count; left > 0 && _waiting.TryDequeue(out var delta); left--)
            {
                var bucket = CustomerStates.BucketOf(delta.Key);
                if (OwnerOf(bucket) is { } owner && owner != Here)
                {
                    (away.TryGetValue(owner, out var deltas) ? deltas : away[owner] = []).Add(delta);
                }
                else
                {
                    local.Find(bucket)?.Take(delta.Key, delta.State, delta.Version);
                }
            }

            await Task.WhenAll(away.Select(each => TellAsync(each.Key, each.Value))).ConfigureAwait(false);
        }
        finally
        {
            _flushing.Release();
        }
    }

    private async Task TellAsync(string silo, List<CustomerDelta> deltas)
    {
        try
        {
            foreach (var some in deltas.Chunk(AtOnce))
            {
                await grains.GetGrain<IAudienceSiloGrain>(silo).Take(ImmutableArray.Create(some)).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException or OperationCanceledException)
        {
            GrainsLog.AudienceSiloSilent(log, silo, fault);
            if (oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.Any(other => other.ToParsableString() == silo))
            {
                deltas.ForEach(_waiting.Enqueue);
            }
        }
    }
}
