using System.Collections.Immutable;

namespace Zhice.Domain.Customers;

/// <summary>
/// By 32 bits each, the calls whose answers the store has: by the day on which they were answered, the latest 1,024. It never
/// changes; a copy with more takes its place.
/// </summary>
internal sealed class EarlierRequests
{
    /// <summary>How many calls it remembers at the most.</summary>
    public const int Capacity = 1024;

    private const int MaxDays = 16;

    private static readonly long DayMs = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    // The latest day first.
    private readonly (long Day, uint[] Hashes)[] _days;

    private EarlierRequests((long Day, uint[] Hashes)[] days) => _days = days;

    /// <summary>No calls.</summary>
    public static EarlierRequests None { get; } = new([]);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _days.Length == 0;

    /// <summary>Whether a call is among them; seldom true for one that is not.</summary>
    public bool Has(ulong idHash)
    {
        foreach (var (_, hashes) in _days)
        {
            if (hashes.AsSpan().Contains((uint)idHash))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>With some calls more, and without the days that ended before an instant.</summary>
    public EarlierRequests With(ImmutableArray<AnsweredRequest> more, long sinceMs)
    {
        if (more.IsEmpty && (IsEmpty || _days[^1].Day >= sinceMs / DayMs))
        {
            return this;
        }

        var days = _days.ToDictionary(static day => day.Day, static day => day.Hashes);
        foreach (var request in more)
        {
            var day = request.AtMs / DayMs;
            days[day] = [.. days.GetValueOrDefault(day, []), (uint)request.IdHash];
        }

        var (kept, room) = (new List<(long, uint[])>(days.Count), Capacity);
        foreach (var (day, hashes) in days.Where(day => day.Key >= sinceMs / DayMs).OrderByDescending(static day => day.Key))
        {
            if (room > 0)
            {
                kept.Add((day, hashes.Length <= room ? hashes : hashes[^room..]));
                room -= Math.Min(room, hashes.Length);
            }
        }

        return new([.. kept]);
    }

    /// <summary>Behind all else of its part, where older programs read no further; nothing where there are none.</summary>
    public void Write(ByteWriter writer)
    {
        if (IsEmpty)
        {
            return;
        }

        writer.WriteCount(_days.Length);
        foreach (var (day, hashes) in _days)
        {
            writer.WriteSigned(day);
            writer.WriteCount(hashes.Length);
            foreach (var hash in hashes)
            {
                writer.Write(hash);
            }
        }
    }

    public static EarlierRequests Read(ByteReader reader)
    {
        if (reader.IsAtEndOfPart)
        {
            return None;
        }

        var days = new (long, uint[])[reader.Count(MaxDays)];
        for (var i = 0; i < days.Length; i++)
        {
            var day = reader.ReadSigned();
            var hashes = new uint[reader.Count(Capacity)];
            for (var j = 0; j < hashes.Length; j++)
            {
                hashes[j] = reader.ReadUInt32();
            }

            days[i] = (day, hashes);
        }

        return days.Length == 0 ? None : new(days);
    }
}
