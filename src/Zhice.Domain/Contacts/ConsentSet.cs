using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <summary>What a customer said about a channel (0: all channels) and a purpose.</summary>
public readonly record struct ConsentEntry(
    ushort Channel, Purpose Purpose, bool IsGranted, long AtMs, ConsentSource Source = ConsentSource.Unspecified);

/// <summary>
/// What a customer allowed or refused: the latest word on each channel and purpose. All words are in the store's history.
/// </summary>
public sealed class ConsentSet
{
    // 2 has the source of each word, and is written only where one is known.
    private const byte Oldest = 1;
    private const byte Format = 2;

    private readonly List<ConsentEntry> _entries;

    /// <summary>Nothing was said.</summary>
    public ConsentSet()
        : this([])
    {
    }

    private ConsentSet(List<ConsentEntry> entries) => _entries = entries;

    /// <summary>What was said, the latest word on each channel and purpose.</summary>
    public IReadOnlyList<ConsentEntry> Entries => _entries;

    /// <summary>Whether the customer may be addressed: a refusal of the channel or of all channels forbids it.</summary>
    public bool Allows(ushort channel, Purpose purpose)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (!entry.IsGranted && entry.Purpose == purpose && (entry.Channel == channel || entry.Channel == 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether the customer may be addressed by a rule. A refusal forbids it; where the rule asks for a grant, so does silence,
    /// and a grant of the channel or of all channels whose time is over is silence.
    /// </summary>
    /// <param name="rule">The rule of the channel and purpose.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <remarks>Hot path; allocates nothing.</remarks>
    public bool Allows(ConsentRule rule, long nowMs) =>
        Allows(rule.Channel, rule.Purpose) && (!rule.IsOptIn || GrantEndsAtMs(rule) > nowMs);

    /// <summary>Until when a grant holds that a rule asks for, exclusive, unix milliseconds.</summary>
    /// <returns><see cref="long.MaxValue"/>: for good; <see cref="long.MinValue"/>: there is none.</returns>
    public long GrantEndsAtMs(ConsentRule rule)
    {
        var endsAtMs = long.MinValue;
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (entry.IsGranted && entry.Purpose == rule.Purpose && (entry.Channel == rule.Channel || entry.Channel == 0))
            {
                endsAtMs = Math.Max(endsAtMs, rule.LifetimeMs <= 0 ? long.MaxValue : entry.AtMs + rule.LifetimeMs);
            }
        }

        return endsAtMs;
    }

    /// <summary>
    /// Whether a word would take the place of what is known: it is later, or of the same instant and the refusal of the two.
    /// </summary>
    public bool IsNews(ushort channel, Purpose purpose, bool isGranted, long atMs) =>
        IndexOf(channel, purpose) is var at
        && (at < 0 || atMs > _entries[at].AtMs || (atMs == _entries[at].AtMs && !isGranted && _entries[at].IsGranted));

    /// <summary>
    /// Notes what was said, when. Only a later word takes the place of an earlier one, in whichever order they come; of
    /// two words of one instant the refusal stands. So a refusal ends with a later grant, and with nothing else.
    /// </summary>
    public void Set(ushort channel, Purpose purpose, bool isGranted, long atMs, ConsentSource source = ConsentSource.Unspecified)
    {
        if (IsNews(channel, purpose, isGranted, atMs))
        {
            var (at, entry) = (IndexOf(channel, purpose), new ConsentEntry(channel, purpose, isGranted, atMs, source));
            if (at < 0)
            {
                _entries.Add(entry);
            }
            else
            {
                _entries[at] = entry;
            }
        }
    }

    /// <summary>Notes a word of the history.</summary>
    public void Set(ConsentStatement word) => Set(word.Channel, word.Purpose, word.IsGranted, word.AtMs, word.Source);

    /// <summary>
    /// The instant of what the customer says now, unix milliseconds: it is later than all that was said before, whatever clocks
    /// showed.
    /// </summary>
    public long GetNextInstant(ushort channel, Purpose purpose, long nowMs)
    {
        var at = IndexOf(channel, purpose);
        return at < 0 ? nowMs : Math.Max(nowMs, _entries[at].AtMs + 1);
    }

    /// <summary>A copy.</summary>
    public ConsentSet Clone() => new([.. _entries]);

    /// <summary>The consents as bytes.</summary>
    public byte[] ToBytes() => Bytes.Write(this, static (writer, all) => all.Write(writer));

    /// <summary>Reads consents back.</summary>
    /// <exception cref="FormatException">They are not the bytes of consents.</exception>
    public static ConsentSet FromBytes(byte[] bytes) => Bytes.Read(bytes, "consents", Read);

    internal void Write(ByteWriter writer)
    {
        var format = _entries.Exists(static entry => entry.Source != ConsentSource.Unspecified) ? Format : Oldest;
        writer.Write(format);
        writer.WriteCount(_entries.Count);
        foreach (var entry in _entries)
        {
            writer.Write(entry.Channel);
            writer.Write((byte)entry.Purpose);
            writer.Write(entry.IsGranted);
            writer.Write(entry.AtMs);
            if (format > Oldest)
            {
                writer.Write((byte)entry.Source);
            }
        }
    }

    internal static ConsentSet Read(ByteReader reader)
    {
        var format = reader.ReadFormat(Oldest, Format, "consents");
        var left = reader.Count(1 << 16);
        var entries = new List<ConsentEntry>(left);
        for (; left > 0; left--)
        {
            entries.Add(new(
                reader.ReadUInt16(), (Purpose)reader.ReadByte(), reader.ReadBoolean(), reader.ReadInt64(),
                format > Oldest ? (ConsentSource)reader.ReadByte() : ConsentSource.Unspecified));
        }

        return new ConsentSet(entries);
    }

    private int IndexOf(ushort channel, Purpose purpose)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Channel == channel && _entries[i].Purpose == purpose)
            {
                return i;
            }
        }

        return -1;
    }
}
