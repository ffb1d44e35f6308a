using System.Numerics;

namespace Zhice.Bench.Load;

/// <summary>
/// Times in classes that are at most 1/64 wide, from 1 µs to hours, so that each percentile is right to 1.6 %. Recording allocates
/// nothing. One thread records; histograms of several threads are added.
/// </summary>
internal sealed class Histogram
{
    private const int Bits = 6;
    private const int Width = 1 << Bits;
    private const int MaxShift = 28;

    private readonly long[] _counts = new long[(MaxShift + 2) * Width];

    /// <summary>How many times were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, microseconds.</summary>
    public long MostUs { get; private set; }

    public void Record(long microseconds)
    {
        var value = Math.Max(0, microseconds);
        var shift = Math.Min(MaxShift, Math.Max(0, BitOperations.Log2((ulong)value | 1) - Bits));
        _counts[Math.Min(_counts.Length - 1, (shift * Width) + (int)Math.Min(value >> shift, (2 * Width) - 1))]++;
        Count++;
        MostUs = Math.Max(MostUs, value);
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        MostUs = Math.Max(MostUs, other.MostUs);
    }

    /// <summary>The time that this share of the calls did not exceed, microseconds; 0 when there were none.</summary>
    public double AtUs(double share)
    {
        var left = (long)Math.Ceiling(share * Count);
        for (var i = 0; i < _counts.Length && Count > 0; i++)
        {
            left -= _counts[i];
            if (left <= 0)
            {
                return Math.Min(MostUs, EndOf(i));
            }
        }

        return MostUs;
    }

    /// <summary>How many did not take longer, to the width of a class.</summary>
    public long CountUpTo(long microseconds)
    {
        var count = 0L;
        for (var i = 0; i < _counts.Length && EndOf(i) <= microseconds; i++)
        {
            count += _counts[i];
        }

        return count;
    }

    // Of the first 128 classes each is 1 µs wide; of the 64 after them each is 2 µs wide, and so on.
    private static long EndOf(int i)
    {
        var shift = Math.Max(0, (i / Width) - 1);
        return ((long)(i - (shift * Width)) << shift) + (1L << shift) - 1;
    }
}
