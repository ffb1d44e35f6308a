using System.Diagnostics;

namespace Zhice.Bench.Load;

/// <summary>What became of the calls of one thread, or of all: how many were answered and refused, and how long that took.</summary>
internal sealed class LoadTally(int seconds)
{
    // Only calls of the measured part count: those before it warm the server.
    private long _since = long.MaxValue;
    private long _end = long.MaxValue;

    /// <summary>Times of the calls that were answered, and of those that the server refused because it has too much to do.</summary>
    public Histogram Answered { get; } = new();

    public Histogram Refused { get; } = new();

    /// <summary>Answered calls by the second in which they were due, from the first measured one.</summary>
    public Histogram[] BySecond { get; } = [.. Enumerable.Range(0, seconds).Select(static _ => new Histogram())];

    /// <summary>Calls that failed otherwise, or got no answer in time.</summary>
    public long Failed { get; private set; }

    /// <summary>Calls that were due in the measured part and for which no connection had room until its end.</summary>
    public long Unsent { get; set; }

    /// <summary>Answers that came within the measured part, whenever their calls were due: what an overloaded server still does.</summary>
    public long AnsweredWithin { get; private set; }

    /// <summary>Says which part is measured, in ticks of the stopwatch.</summary>
    public void Begin(long since, long end) => (_since, _end) = (since, end);

    public void Note(int status, long since)
    {
        if (status == 0 && Stopwatch.GetTimestamp() is var now && now >= _since && now < _end)
        {
            AnsweredWithin++;
        }

        if (since < _since)
        {
            return;
        }

        var us = (long)Stopwatch.GetElapsedTime(since).TotalMicroseconds;
        switch (status)
        {
            case 0:
                Answered.Record(us);
                var second = (int)Stopwatch.GetElapsedTime(_since, since).TotalSeconds;
                if (second < BySecond.Length)
                {
                    BySecond[second].Record(us);
                }

                break;
            case Http2.ResourceExhausted or Http2.Unavailable:
                Refused.Record(us);
                break;
            default:
                Failed++;
                break;
        }
    }

    public void NoteFailed(long calls) => Failed += calls;

    public void Add(LoadTally other)
    {
        Answered.Add(other.Answered);
        Refused.Add(other.Refused);
        for (var i = 0; i < BySecond.Length; i++)
        {
            BySecond[i].Add(other.BySecond[i]);
        }

        AnsweredWithin += other.AnsweredWithin;
        Failed += other.Failed;
        Unsent += other.Unsent;
    }
}
