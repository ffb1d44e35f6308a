using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Zhice.Storage.States;

namespace Zhice.Storage.Commits;

/// <summary>The writes that wait for one flusher, drawn batch by batch: each key at most once, keys sorted.</summary>
internal sealed class PendingWrites(int batchWrites, int batchBytes)
{
    private readonly Channel<PendingWrite> _arrivals = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });

    // Second writes of a key that was already in the batch: first in line for the next one, in the order they came.
    private List<PendingWrite> _heldBack = [];

    /// <summary>Adds one; false once closed.</summary>
    public bool TryAdd(PendingWrite write) => _arrivals.Writer.TryWrite(write);

    /// <summary>Takes no more; what waits can still be drawn.</summary>
    public void Close() => _arrivals.Writer.TryComplete();

    /// <summary>Waits until there is something to draw; false when closed and empty.</summary>
    public ValueTask<bool> WaitAsync() => _heldBack.Count > 0 ? ValueTask.FromResult(true) : _arrivals.Reader.WaitToReadAsync();

    /// <summary>Draws the next batch: all that waits, up to the limits.</summary>
    public PendingWrite[] Draw()
    {
        var batch = new List<PendingWrite>();
        var keys = new HashSet<StateKey>();
        var heldBack = new List<PendingWrite>();
        var bytes = 0L;
        var waiting = 0;
        while (batch.Count < batchWrites && bytes < batchBytes && TryNext(ref waiting, out var next))
        {
            if (!keys.Add(next.Write.Key))
            {
                heldBack.Add(next);
                continue;
            }

            batch.Add(next);
            bytes += next.Bytes;
        }

        heldBack.AddRange(_heldBack[waiting..]);
        _heldBack = heldBack;
        batch.Sort(static (one, other) => one.Write.Key.CompareTo(other.Write.Key));
        return [.. batch];
    }

    private bool TryNext(ref int waiting, [MaybeNullWhen(false)] out PendingWrite next)
    {
        if (waiting < _heldBack.Count)
        {
            next = _heldBack[waiting++];
            return true;
        }

        return _arrivals.Reader.TryRead(out next);
    }
}
