using System.Diagnostics;
using Zhice.Contracts.Bulk;

namespace Zhice.Grains.Bulk;

/// <summary>One attempt at a bulk operation on this silo, and how far it is.</summary>
/// <param name="attempt">Which attempt, from 1.</param>
/// <param name="rows">How many rows earlier attempts came to.</param>
internal sealed class BulkWorker(int attempt, long rows)
{
    private static readonly TimeSpan RateSpan = TimeSpan.FromSeconds(1);

    private (long Rows, long At) _mark = (rows, Stopwatch.GetTimestamp());
    private double _rate;
    private bool _hasRate;

    public int Attempt => attempt;

    /// <summary>Whether it has not begun.</summary>
    public volatile bool IsQueued = true;

    public CancellationTokenSource Stop { get; } = new();

    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BulkProgress Progress
    {
        get
        {
            lock (Ended)
            {
                return field;
            }
        }

        set
        {
            lock (Ended)
            {
                field = value;
            }
        }
    }

    // Over the last second or so; before that, since the beginning.
    public double RowsPerSecond(long rows)
    {
        var now = Stopwatch.GetTimestamp();
        var passed = Stopwatch.GetElapsedTime(_mark.At, now);
        if (passed > RateSpan || !_hasRate)
        {
            // An export that began anew has fewer than before.
            _rate = Math.Max(0, rows - _mark.Rows) / Math.Max(passed.TotalSeconds, 1e-3);
        }

        if (passed > RateSpan)
        {
            (_mark, _hasRate) = ((rows, now), true);
        }

        return _rate;
    }
}
