using System.Diagnostics;

namespace Zhice.Api.Events;

/// <summary>
/// How many events of all streams are being recorded at a time: a stream that sends more is read no further for a while,
/// and no recommendation stands behind a crowd of them. While recommendations come, there are the fewer places the later work on
/// the thread pool begins, and a place goes to the stream that holds the fewest; else there are as many as the memory allows.
/// </summary>
/// <param name="max">How many places there are while recommendations come and nothing is late.</param>
/// <param name="areCallsComing">Whether recommendations come.</param>
internal sealed class EventConcurrencyLimit(int max, Func<bool> areCallsComing)
{
    /// <summary>
    /// How many places there are while no recommendation comes: enough for several batches of the store. With more, what is under way lives
    /// longer than young generations do, and the collector copies all of it: with 2,048 it took half of the silo's time.
    /// </summary>
    public const int Quiet = EventStream.MaxUnacknowledged / 2;

    /// <summary>What begins this much later than it could is late: calls wait as long.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(3);

    private static readonly TimeSpan OnTime = TimeSpan.FromMilliseconds(1);
    private static readonly long Pause = Stopwatch.Frequency / 100;

    /// <summary>How many places there are where all is late: a small batch for the store.</summary>
    public static readonly int MinPlaces = 16 * Environment.ProcessorCount;

    private readonly Lock _lock = new();
    private readonly List<(Share Stream, TaskCompletionSource Came)> _waiting = [];
    private readonly int _max = max;
    private int _limit = max;
    private int _held;
    private int _isMeasuring;
    private long _latest;
    private long _adjustedAt;

    /// <summary>Enough places to fill the store's batches; as work for the processors it is some milliseconds.</summary>
    /// <param name="areCallsComing">Whether recommendations come.</param>
    public EventConcurrencyLimit(Func<bool> areCallsComing)
        : this(Math.Max(128, 64 * Environment.ProcessorCount), areCallsComing)
    {
    }

    /// <summary>How many there are now.</summary>
    public int Limit => areCallsComing() ? Volatile.Read(ref _limit) : Quiet;

    /// <summary>Waits for the place of an event.</summary>
    /// <param name="stream">Whose event it is; at most one waits for each stream.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask EnterAsync(Share stream, CancellationToken cancellation)
    {
        TaskCompletionSource came;
        lock (_lock)
        {
            var limit = Limit;
            if (_waiting.Count == 0 && _held < limit && stream.Held < GetStreamLimit(limit))
            {
                Take(stream);
                return;
            }

            came = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((stream, came));

            // Those who wait may hold as many as they may, while there are places.
            GrantPlaces();
        }

        try
        {
            await came.Task.WaitAsync(cancellation);
        }
        catch
        {
            lock (_lock)
            {
                if (_waiting.RemoveAll(waiting => waiting.Came == came) == 0)
                {
                    // It came at the same time.
                    GiveBack(stream);
                }
            }

            throw;
        }
    }

    /// <summary>Gives it back.</summary>
    public void Leave(Share stream)
    {
        lock (_lock)
        {
            GiveBack(stream);
        }

        if (Interlocked.Exchange(ref _isMeasuring, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(Measured, (this, Stopwatch.GetTimestamp()), preferLocal: false);
        }
    }

    /// <summary>Takes in how late work on the pool began; each 10 ms the number of places follows the worst of it.</summary>
    /// <param name="late">How late.</param>
    /// <param name="now">The stopwatch's time.</param>
    public void Adjust(TimeSpan late, long now)
    {
        lock (_lock)
        {
            _latest = Math.Max(_latest, late.Ticks);
            if (now - _adjustedAt < Pause)
            {
                return;
            }

            var worst = TimeSpan.FromTicks(_latest);
            (_latest, _adjustedAt) = (0, now);
            if (worst > Late)
            {
                _limit = Math.Max(Math.Min(_max, MinPlaces), _limit * 3 / 4);
            }
            else if (worst < OnTime && _waiting.Count > 0)
            {
                _limit = Math.Min(_max, _limit + Math.Max(1, _limit / 16));
            }

            GrantPlaces();
        }
    }

    // One stream whose customers do not answer leaves places to the others.
    private static int GetStreamLimit(int limit) => Math.Max(1, limit / 2);

    private static void Measured((EventConcurrencyLimit Room, long At) begun)
    {
        Volatile.Write(ref begun.Room._isMeasuring, 0);
        begun.Room.Adjust(Stopwatch.GetElapsedTime(begun.At), Stopwatch.GetTimestamp());
    }

    private void Take(Share stream)
    {
        stream.Held++;
        _held++;
    }

    private void GiveBack(Share stream)
    {
        stream.Held--;
        _held--;
        GrantPlaces();
    }

    private void GrantPlaces()
    {
        for (var limit = Limit; _held < limit && Next(GetStreamLimit(limit)) is var next and >= 0;)
        {
            var (stream, came) = _waiting[next];
            _waiting.RemoveAt(next);
            Take(stream);
            came.SetResult();
        }
    }

    private int Next(int max)
    {
        var next = -1;
        for (var i = 0; i < _waiting.Count; i++)
        {
            var held = _waiting[i].Stream.Held;
            if (held < max && (next < 0 || held < _waiting[next].Stream.Held))
            {
                next = i;
            }
        }

        return next;
    }

    /// <summary>What one stream holds.</summary>
    internal sealed class Share
    {
        /// <summary>How many places.</summary>
        public int Held { get; set; }
    }
}
