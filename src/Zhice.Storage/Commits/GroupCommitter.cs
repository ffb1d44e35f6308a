using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Commits;

/// <summary>
/// Gathers the writes of many grains: those that arrive while a flush is under way leave together in the next one. So
/// one fsync serves hundreds of grains under load, and a lone write waits for nobody.
/// </summary>
internal sealed class GroupCommitter : IAsyncDisposable
{
    private readonly GroupCommitOptions _options;
    private readonly BatchCommit _commit;
    private readonly PendingWrites[] _queues;
    private readonly Task[] _flushers;
    private readonly Action _answering;
    private readonly TimeProvider _time;
    private readonly CommitMeter? _meter;
    private int _pending;

    public GroupCommitter(IStateStore store, GroupCommitOptions options, TimeProvider time, ILogger logger)
    {
        options.Check();
        _answering = () => Interlocked.Decrement(ref _pending);
        _options = options;
        _time = time;
        _meter = options.Meters is { } meters ? new(meters, () => Volatile.Read(ref _pending)) : null;
        _commit = new BatchCommit(store, options, time, logger);
        _queues = [.. Enumerable.Range(0, options.Flushers).Select(_ => new PendingWrites(options.BatchWrites, options.BatchBytes))];

        // Task.Run takes the flushers off the caller's scheduler, which may be a grain's.
        _flushers = [.. _queues.Select(queue => Task.Run(() => FlushAsync(queue)))];
    }

    /// <summary>Writes one state, together with whatever else waits.</summary>
    /// <exception cref="StoreOverloadedException">Too many wait already.</exception>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    /// <exception cref="StateRefusedException">The store never takes this state.</exception>
    public Task<WriteOutcome> WriteAsync(StateWrite write)
    {
        if (Interlocked.Increment(ref _pending) > _options.QueueCapacity)
        {
            Interlocked.Decrement(ref _pending);
            return Task.FromException<WriteOutcome>(
                new StoreOverloadedException(
                    $"{_options.QueueCapacity} writes wait for the store already, as many as may; try again later."));
        }

        var pending = new PendingWrite(write, _answering);
        if (!_queues[write.Key.Bucket % _queues.Length].TryAdd(pending))
        {
            pending.Fail(new StoreUnavailableException("The store is being closed."));
        }

        return pending.Outcome;
    }

    /// <summary>Takes no more writes, and ends once those that wait are answered.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues)
        {
            queue.Close();
        }

        await Task.WhenAll(_flushers);
    }

    private async Task FlushAsync(PendingWrites queue)
    {
        while (await queue.WaitAsync())
        {
            var batch = queue.Draw();
            var begun = _time.GetTimestamp();
            try
            {
                await _commit.RunAsync(batch);
            }
            catch (Exception fault)
            {
                // A fault of ours: no caller may be left waiting, nor the flusher stop.
                foreach (var pending in batch)
                {
                    pending.Fail(new StoreUnavailableException($"The write was given up: {fault.Message}", fault));
                }
            }

            _meter?.Note(_time.GetElapsedTime(begun));
        }
    }
}
