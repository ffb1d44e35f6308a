using System.Threading.Channels;
using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Reads;

/// <summary>
/// Gathers the reads of grains that activate: those that arrive while queries are under way leave together in the next one.
/// So a cold start asks a few hundred states at a time, and a lone read waits for nobody.
/// </summary>
internal sealed class BulkReads : IAsyncDisposable
{
    /// <summary>How many states one query asks for.</summary>
    public const int MaxKeys = 512;

    private readonly Func<StateKey[], Task<StoredState?[]>> _read;
    private readonly Channel<PendingRead> _arrivals = Channel.CreateUnbounded<PendingRead>();
    private readonly Task[] _readers;
    private readonly int _capacity;
    private int _pending;

    /// <param name="read">Reads many states, each in the place of its key.</param>
    /// <param name="readers">How many queries may be under way at once, from 1 to 4.</param>
    /// <param name="capacity">How many reads may wait or be under way.</param>
    public BulkReads(Func<StateKey[], Task<StoredState?[]>> read, int readers, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(readers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(readers, 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _read = read;
        _capacity = capacity;

        // Task.Run takes the readers off the caller's scheduler, which may be a grain's.
        _readers = [.. Enumerable.Range(0, readers).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>Reads one state, together with whatever else waits; null when there is none.</summary>
    /// <exception cref="StoreOverloadedException">Too many wait already.</exception>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<StoredState?> ReadAsync(StateKey key)
    {
        if (Interlocked.Increment(ref _pending) > _capacity)
        {
            Interlocked.Decrement(ref _pending);
            throw new StoreOverloadedException($"{_capacity} reads wait for the store already, as many as may; try again later.");
        }

        try
        {
            var pending = new PendingRead(key);
            return _arrivals.Writer.TryWrite(pending)
                ? await pending.Found
                : throw new StoreUnavailableException("The store is being closed.");
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    /// <summary>Takes no more reads, and ends once those that wait are answered.</summary>
    public async ValueTask DisposeAsync()
    {
        _arrivals.Writer.TryComplete();
        await Task.WhenAll(_readers);
    }

    private async Task RunAsync()
    {
        while (await _arrivals.Reader.WaitToReadAsync())
        {
            var batch = new List<PendingRead>();
            while (batch.Count < MaxKeys && _arrivals.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            if (batch.Count > 0)
            {
                batch.Sort(static (one, other) => one.Key.CompareTo(other.Key));
                await AnswerAsync(batch);
            }
        }
    }

    // Each caller gets an exception of its own: one object thrown in many places would carry a mixture of stack traces.
    private async Task AnswerAsync(List<PendingRead> batch)
    {
        try
        {
            var found = await _read([.. batch.Select(static pending => pending.Key)]);
            for (var i = 0; i < found.Length; i++)
            {
                batch[i].Succeed(found[i]);
            }
        }
        catch (Exception fault)
        {
            foreach (var pending in batch)
            {
                pending.Fail(new StoreUnavailableException(
                    fault is StoreUnavailableException ? fault.Message : $"The read was given up: {fault.Message}",
                    fault is StoreUnavailableException ? fault.InnerException : fault));
            }
        }
    }
}
