using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Zhice.Domain.Customers;

/// <summary>What a memory of ids says of one.</summary>
public enum CountedBefore : byte
{
    /// <summary>It was never counted: count it.</summary>
    No,

    /// <summary>It was counted.</summary>
    Yes,

    /// <summary>It is older than the memory reaches, so nobody can tell: it must not be counted.</summary>
    TooOldToTell,
}

/// <summary>
/// Remembers which ids were counted: all of the last 7 days, and when those are more than <see cref="Capacity"/>, the
/// latest by their own time. What it forgot early is caught by time, so nothing is ever counted twice.
/// </summary>
/// <remarks>16 bytes an id: 64 bits of hash (two of 512 ids agree once in 10^14 customers) and the time.</remarks>
public sealed class CountedIds
{
    /// <summary>How many ids it remembers at the most.</summary>
    public const int Capacity = 512;

    /// <summary>How far back in time an id may lie.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(7);

    private ulong[] _hashes = [];
    private long[] _times = [];
    private int _count;
    private long _forgottenUpToMs = long.MinValue;

    /// <summary>How many ids it remembers.</summary>
    public int Count => _count;

    /// <summary>Whether an id was counted.</summary>
    public CountedBefore Find(string id, long atMs, long nowMs)
    {
        if (_hashes.AsSpan(0, _count).Contains(Hash(id)))
        {
            return CountedBefore.Yes;
        }

        return atMs <= _forgottenUpToMs || atMs < nowMs - (long)Reach.TotalMilliseconds
            ? CountedBefore.TooOldToTell
            : CountedBefore.No;
    }

    /// <summary>Remembers an id that is counted now.</summary>
    public void Add(string id, long atMs, long nowMs)
    {
        if (_count == _hashes.Length)
        {
            ForgetOlderThan(nowMs - (long)Reach.TotalMilliseconds);
        }

        if (_count == Capacity)
        {
            ForgetOldest();
        }

        if (_count == _hashes.Length)
        {
            var length = Math.Clamp(_count * 2, 4, Capacity);
            Array.Resize(ref _hashes, length);
            Array.Resize(ref _times, length);
        }

        (_hashes[_count], _times[_count]) = (Hash(id), atMs);
        _count++;
    }

    /// <summary>A copy.</summary>
    public CountedIds Clone() => new()
    {
        _hashes = _hashes[.._count],
        _times = _times[.._count],
        _count = _count,
        _forgottenUpToMs = _forgottenUpToMs,
    };

    internal void Write(ByteWriter writer)
    {
        writer.Write(_forgottenUpToMs);
        writer.WriteCount(_count);
        writer.Write(MemoryMarshal.AsBytes(_hashes.AsSpan(0, _count)));
        writer.WriteNear(_times.AsSpan(0, _count));
    }

    internal static CountedIds Read(ByteReader reader, byte format)
    {
        var forgotten = reader.ReadInt64();
        var count = reader.Count(Capacity);
        var ids = new CountedIds
        {
            _forgottenUpToMs = forgotten,
            _count = count,
            _hashes = new ulong[count],
            _times = new long[count],
        };
        reader.Fill(MemoryMarshal.AsBytes(ids._hashes.AsSpan()));
        if (format == CustomerStateCodec.Oldest)
        {
            reader.Fill(MemoryMarshal.AsBytes(ids._times.AsSpan()));
            return ids;
        }

        ids._times = reader.ReadNear(Capacity);
        return ids._times.Length == count ? ids : throw new FormatException("Ids and times are not as many.");
    }

    private static ulong Hash(string id) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()));

    private void ForgetOlderThan(long ms)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_times[i] >= ms)
            {
                (_hashes[kept], _times[kept]) = (_hashes[i], _times[i]);
                kept++;
            }
        }

        // The clock may go back, and what is forgotten here must not look new again.
        _forgottenUpToMs = Math.Max(_forgottenUpToMs, ms - 1);
        _count = kept;
    }

    private void ForgetOldest()
    {
        var oldest = 0;
        for (var i = 1; i < _count; i++)
        {
            oldest = _times[i] < _times[oldest] ? i : oldest;
        }

        _forgottenUpToMs = Math.Max(_forgottenUpToMs, _times[oldest]);
        _count--;
        (_hashes[oldest], _times[oldest]) = (_hashes[_count], _times[_count]);
    }
}
