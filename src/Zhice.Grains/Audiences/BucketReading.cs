using Zhice.Domain.Customers;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Audiences;

/// <summary>
/// Reads buckets from the store. Those that are asked for while others are read are read together: their customers lie
/// side by side in the store's pages, so that a page read for one bucket serves many. What is read together is one snapshot,
/// which keeps the store from forgetting meanwhile: so it is as many as take a few seconds.
/// </summary>
/// <remarks>Budget: at most 20 us a customer, on two cores together with the store.</remarks>
internal sealed class BucketReading(CustomerStates customers, TimeProvider clock)
{
    private const int FirstAtOnce = 8;
    private const int MaxAtOnce = 512;

    private static readonly TimeSpan ShortRead = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongRead = TimeSpan.FromSeconds(5);

    private static readonly int MaxReaders = Math.Max(2, Environment.ProcessorCount);

    private readonly Queue<Request> _waiting = [];
    private int _readers;
    private int _atOnce = FirstAtOnce;

    /// <summary>Hands over all customers of a bucket, one after the other.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    /// <remarks>A customer whose state cannot be read is told apart, and holds up no other.</remarks>
    public Task ReadAsync(int bucket, Action<byte[], CustomerState, long> take, Action<byte[], long> unreadable)
    {
        var request = new Request(bucket, take, unreadable, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_waiting)
        {
            _waiting.Enqueue(request);
            if (_readers == MaxReaders)
            {
                return request.Done.Task;
            }

            _readers++;
        }

        // Off the caller's scheduler: states are unpacked by the thousand.
        _ = BackgroundWork.Run(ReadAllAsync);
        return request.Done.Task;
    }

    private async Task ReadAllAsync()
    {
        while (TryTake(out var some))
        {
            try
            {
                var begun = clock.GetTimestamp();
                await ReadAsync(some);
                Fit(some.Count, clock.GetElapsedTime(begun));
            }
            catch (Exception fault) when (fault is not StoreUnavailableException && some.Count > 1)
            {
                // A page of the store that is damaged takes down the buckets that lie on it, and no other.
                foreach (var one in some)
                {
                    await TryReadAsync([one]);
                }
            }
            catch (Exception fault)
            {
                some.ForEach(request => request.Done.SetException(fault));
            }
        }
    }

    private async Task TryReadAsync(List<Request> some)
    {
        try
        {
            await ReadAsync(some);
        }
        catch (Exception fault)
        {
            some.ForEach(request => request.Done.SetException(fault));
        }
    }

    private async Task ReadAsync(List<Request> some)
    {
        var takers = some.ToLookup(static request => request.Bucket);
        var rows = customers.ReadBucketsAsync([.. takers.Select(static bucket => bucket.Key)], default, (key, version) =>
        {
            foreach (var request in takers[CustomerBucket.ForId(key)])
            {
                request.Unreadable(key, version);
            }
        });
        await foreach (var (key, state, version) in rows)
        {
            foreach (var request in takers[CustomerBucket.ForId(key)])
            {
                request.Take(key, state, version);
            }

            if (BackgroundWork.IsTurnOver)
            {
                await Task.Yield();
            }
        }

        some.ForEach(static request => request.Done.SetResult());
    }

    private void Fit(int count, TimeSpan took)
    {
        lock (_waiting)
        {
            _atOnce = took > LongRead ? Math.Max(1, count / 2)
                : took < ShortRead && count == _atOnce ? Math.Min(MaxAtOnce, _atOnce * 2)
                : _atOnce;
        }
    }

    private bool TryTake(out List<Request> some)
    {
        some = [];
        lock (_waiting)
        {
            while (some.Count < _atOnce && _waiting.TryDequeue(out var request))
            {
                some.Add(request);
            }

            _readers -= some.Count == 0 ? 1 : 0;
        }

        return some.Count > 0;
    }

    private sealed record Request(
        int Bucket, Action<byte[], CustomerState, long> Take, Action<byte[], long> Unreadable, TaskCompletionSource Done);
}
