namespace Zhice.Contracts.Cluster;

/// <summary>
/// Classes of durations: each is a fifth longer than the one before it, so a quantile is off by at most a fifth. Counts of several
/// silos are added up.
/// </summary>
public static class CallDurations
{
    /// <summary>How many classes there are: from 0.05 ms up to a minute.</summary>
    public const int Count = 78;

    private const double First = 0.000_05;
    private const double Step = 1.2;

    /// <summary>The class of a duration in seconds.</summary>
    public static int Find(double seconds) =>
        seconds <= First ? 0 : Math.Min(Count - 1, (int)Math.Ceiling(Math.Log(seconds / First, Step) - 1e-9));

    /// <summary>The longest duration of a class, in seconds.</summary>
    public static double GetEnd(int index) => First * Math.Pow(Step, index);

    /// <summary>The duration in seconds below which a part of the calls lies, 0 to 1; null where there were none.</summary>
    public static double? GetQuantile(ReadOnlySpan<long> counts, double part)
    {
        var all = 0L;
        foreach (var count in counts)
        {
            all += count;
        }

        var left = (long)Math.Ceiling(all * part);
        for (var index = 0; index < counts.Length && all > 0; index++)
        {
            if ((left -= counts[index]) <= 0)
            {
                return GetEnd(index);
            }
        }

        return null;
    }
}
