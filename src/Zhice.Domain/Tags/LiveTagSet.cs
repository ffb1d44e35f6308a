namespace Zhice.Domain.Tags;

/// <summary>
/// What the live tags of a customer are computed from. Counts and sums keep slots of a 60th of the window, so an event
/// leaves between 1 and 61/60 of the window after it came; days and latest values are exact.
/// </summary>
public sealed class LiveTagSet
{
    private const byte Oldest = 1;
    private const byte Format = 2;
    private const int MaxKeys = 256;

    private readonly List<Series> _series;

    /// <summary>Nothing was observed.</summary>
    public LiveTagSet()
        : this([])
    {
    }

    private LiveTagSet(List<Series> series) => _series = series;

    /// <summary>How many tags something was observed for.</summary>
    public int Count => _series.Count;

    /// <summary>Takes in an event.</summary>
    /// <param name="rule">The tag's rule.</param>
    /// <param name="eventMs">When it happened, unix milliseconds.</param>
    /// <param name="bankDay">On which day of the bank.</param>
    /// <param name="property">The rule's property; for a rule without one, the event's time.</param>
    /// <remarks>A property that is summed or kept takes the tag's type; one that does not fit it is passed over.</remarks>
    public void Observe(LiveTagRule rule, long eventMs, int bankDay, in TagValue property)
    {
        var value = property;
        if (rule.Function is LiveFunction.Sum or LiveFunction.Last && !TryToTagType(ref value, rule.Type))
        {
            return;
        }

        var at = IndexOf(rule.Tag);
        if (at < 0)
        {
            at = ~at;
            _series.Insert(at, new Series(rule.Tag, [], [], null));
        }

        var series = _series[at];
        _series[at] = rule.Function switch
        {
            LiveFunction.Count => series.Added(GetSlotStart(rule, eventMs), 1, KeptMs(rule)),
            LiveFunction.Sum => series.Added(GetSlotStart(rule, eventMs), value.Bits, KeptMs(rule)),
            LiveFunction.DistinctDays => series.Marked(bankDay, rule.WindowDays),
            _ => series.Latest(eventMs, value),
        };
    }

    /// <summary>
    /// The value of a tag that is no text. Nothing in the window: 0; for the latest value, and for what is not known: false.
    /// </summary>
    public bool TryGet(LiveTagRule rule, long nowMs, int bankDayNow, out long bits)
    {
        bits = 0;
        if (nowMs < rule.KnownFromMs && rule.Function != LiveFunction.Last)
        {
            return false;
        }

        var at = IndexOf(rule.Tag);
        if (at < 0)
        {
            return rule.Function != LiveFunction.Last;
        }

        var series = _series[at];
        switch (rule.Function)
        {
            case LiveFunction.Last:
                var isFresh = series.Keys.Length > 0 && series.Keys[0] > nowMs - rule.WindowMs;
                bits = isFresh ? series.Values[0] : 0;
                return isFresh;
            case LiveFunction.DistinctDays:
                bits = series.CountFrom(bankDayNow - rule.WindowDays + 1);
                return true;
            default:
                bits = series.SumFrom(GetSlotStart(rule, nowMs - rule.WindowMs));
                return true;
        }
    }

    /// <summary>The latest value of a text tag; false when there is none in the window.</summary>
    public bool TryGetText(LiveTagRule rule, long nowMs, out string text)
    {
        var at = IndexOf(rule.Tag);
        var series = at < 0 ? default : _series[at];
        text = series.Text ?? "";
        return series.Text is not null && series.Keys[0] > nowMs - rule.WindowMs;
    }

    /// <summary>From when on a tag's value may be another though nothing happens; <see cref="long.MaxValue"/>: never.</summary>
    /// <param name="rule">The tag's rule.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="nextDayMs">When the bank's next day begins.</param>
    public long ChangesAtMs(LiveTagRule rule, long nowMs, long nextDayMs) =>
        nowMs < rule.KnownFromMs ? Math.Min(rule.KnownFromMs, NextChangeMs(rule, nowMs, nextDayMs)) : NextChangeMs(rule, nowMs, nextDayMs);

    private long NextChangeMs(LiveTagRule rule, long nowMs, long nextDayMs)
    {
        var at = IndexOf(rule.Tag);
        if (at < 0 || _series[at].Keys is not { Length: > 0 } keys)
        {
            return long.MaxValue;
        }

        switch (rule.Function)
        {
            case LiveFunction.Last:
                return keys[0] + rule.WindowMs > nowMs ? keys[0] + rule.WindowMs : long.MaxValue;
            case LiveFunction.DistinctDays:
                return nextDayMs;
            default:
                // The slot of an instant a window ago moves on when it reaches the next slot's first millisecond.
                var since = GetSlotStart(rule, nowMs - rule.WindowMs);
                var first = Array.FindIndex(keys, key => key >= since);
                return first < 0 ? long.MaxValue : keys[first] + rule.SlotMs + rule.WindowMs;
        }
    }

    /// <summary>Forgets what a tag is computed from.</summary>
    /// <returns>False when nothing was observed for it.</returns>
    public bool Remove(ushort tag)
    {
        var at = IndexOf(tag);
        if (at >= 0)
        {
            _series.RemoveAt(at);
        }

        return at >= 0;
    }

    /// <summary>Forgets what all tags are computed from.</summary>
    public void Clear() => _series.Clear();

    /// <summary>A copy; series themselves never change.</summary>
    public LiveTagSet Clone() => new([.. _series]);

    /// <summary>The series as bytes.</summary>
    public byte[] ToBytes() => Bytes.Write(this, static (writer, all) => all.Write(writer));

    /// <summary>Reads series back.</summary>
    /// <exception cref="FormatException">They are not the bytes of live tags.</exception>
    public static LiveTagSet FromBytes(byte[] bytes) => Bytes.Read(bytes, "live tags", Read);

    internal void Write(ByteWriter writer)
    {
        writer.Write(Format);
        writer.WriteCount(_series.Count);
        foreach (var series in _series)
        {
            writer.WriteNumber(series.Tag);
            writer.WriteNear(series.Keys);
            writer.WriteNear(series.Values);
            writer.Write(series.Text is not null);
            if (series.Text is not null)
            {
                writer.Write(series.Text);
            }
        }
    }

    internal static LiveTagSet Read(ByteReader reader)
    {
        var format = reader.ReadFormat(Oldest, Format, "live tags");
        var left = reader.Count(ushort.MaxValue);
        var series = new List<Series>(left);
        for (; left > 0; left--)
        {
            var (tag, keys, values) = format == Oldest
                ? (reader.ReadUInt16(), reader.ReadLongs(MaxKeys), reader.ReadLongs(MaxKeys))
                : (reader.ReadNumber(), reader.ReadNear(MaxKeys), reader.ReadNear(MaxKeys));
            series.Add(new(tag, keys, values, reader.ReadBoolean() ? reader.ReadString() : null));
        }

        return new LiveTagSet(series);
    }

    // A slot is named by its first millisecond, so that it means the same when the catalogue changes the window.
    private static long GetSlotStart(LiveTagRule rule, long ms) => ms / rule.SlotMs * rule.SlotMs;

    private static long KeptMs(LiveTagRule rule) => rule.WindowMs + (2 * rule.SlotMs);

    private static bool TryToTagType(ref TagValue value, TagType type)
    {
        value = (value.Type, type) switch
        {
            (TagType.Integer, TagType.Decimal) => TagValue.Decimal(Saturated((Int128)value.Bits * Decimal4.Scale)),
            (TagType.Decimal, TagType.Integer) => TagValue.Integer(value.Bits / Decimal4.Scale),
            _ => value,
        };
        return value.Type == type;
    }

    private static long Saturated(Int128 number) => (long)Int128.Clamp(number, long.MinValue, long.MaxValue);

    private int IndexOf(ushort tag)
    {
        var (low, high) = (0, _series.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            if (_series[middle].Tag == tag)
            {
                return middle;
            }

            (low, high) = _series[middle].Tag < tag ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    // Slots (by their first millisecond) or days in order with what is in each; for a latest value, its one time and value.
    private readonly record struct Series(ushort Tag, long[] Keys, long[] Values, string? Text)
    {
        public Series Added(long slot, long amount, long keptMs)
        {
            var at = Array.BinarySearch(Keys, slot);
            if (at >= 0)
            {
                var values = (long[])Values.Clone();
                values[at] = Saturated((Int128)values[at] + amount);
                return this with { Values = values };
            }

            at = ~at;
            return (this with
            {
                Keys = [.. Keys.AsSpan(0, at), slot, .. Keys.AsSpan(at)],
                Values = [.. Values.AsSpan(0, at), amount, .. Values.AsSpan(at)],
            }).WithoutBefore(Math.Max(slot, Keys.Length > 0 ? Keys[^1] : slot) - keptMs);
        }

        public Series Marked(int day, int windowDays)
        {
            var at = Array.BinarySearch(Keys, day);
            return at >= 0
                ? this
                : (this with { Keys = [.. Keys.AsSpan(0, ~at), day, .. Keys.AsSpan(~at)] })
                    .WithoutBefore(Math.Max(day, Keys.Length > 0 ? Keys[^1] : day) - windowDays - 1);
        }

        public Series Latest(long eventMs, in TagValue value) =>
            Keys.Length > 0 && Keys[0] > eventMs
                ? this
                : this with { Keys = [eventMs], Values = [value.Bits], Text = value.Text };

        public long SumFrom(long slot)
        {
            Int128 sum = 0;
            for (var i = Keys.Length - 1; i >= 0 && Keys[i] >= slot; i--)
            {
                sum += Values[i];
            }

            return Saturated(sum);
        }

        public int CountFrom(long day)
        {
            var count = 0;
            for (var i = Keys.Length - 1; i >= 0 && Keys[i] >= day; i--)
            {
                count++;
            }

            return count;
        }

        private Series WithoutBefore(long key)
        {
            var first = Math.Max(0, Keys.Length - MaxKeys);
            while (first < Keys.Length && Keys[first] < key)
            {
                first++;
            }

            return first == 0
                ? this
                : this with { Keys = Keys[first..], Values = Values.Length == 0 ? Values : Values[first..] };
        }
    }
}
