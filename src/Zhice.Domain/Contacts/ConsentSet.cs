using Orleans;

namespace Zhice.Domain.Contacts;

/// <summary>Why a bank says something. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.purpose")]
public enum Purpose : byte
{
    /// <summary>To sell.</summary>
    Marketing = 1,

    /// <summary>To serve a product that the customer has.</summary>
    Service = 2,

    /// <summary>Because law asks for it.</summary>
    Regulatory = 3,

    /// <summary>No purpose of an action: whether the profile may be used at all (PIPL, article 24).</summary>
    Personalization = 4,
}

/// <summary>What a customer said about a channel (0: all channels) and a purpose.</summary>
public readonly record struct ConsentEntry(ushort Channel, Purpose Purpose, bool IsGranted, long AtMs);

/// <summary>What a customer allowed or refused. What was never spoken of is allowed.</summary>
public sealed class ConsentSet
{
    private const byte Format = 1;

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
    /// Notes what was said, when. Only a later word takes the place of an earlier one, in whichever order they come; of
    /// two words of one instant the refusal stands. So a refusal ends with a later grant, and with nothing else.
    /// </summary>
    public void Set(ushort channel, Purpose purpose, bool isGranted, long atMs)
    {
        var at = IndexOf(channel, purpose);
        if (at < 0)
        {
            _entries.Add(new(channel, purpose, isGranted, atMs));
        }
        else if (atMs > _entries[at].AtMs || (atMs == _entries[at].AtMs && !isGranted))
        {
            _entries[at] = new(channel, purpose, isGranted, atMs);
        }
    }

    /// <summary>Notes what the customer says now: it is later than all that was said before, whatever clocks showed.</summary>
    public void Say(ushort channel, Purpose purpose, bool isGranted, long nowMs)
    {
        var at = IndexOf(channel, purpose);
        Set(channel, purpose, isGranted, at < 0 ? nowMs : Math.Max(nowMs, _entries[at].AtMs + 1));
    }

    /// <summary>A copy.</summary>
    public ConsentSet Clone() => new([.. _entries]);

    /// <summary>The consents as bytes.</summary>
    public byte[] ToBytes() => Bytes.Of(this, static (writer, all) => all.Write(writer));

    /// <summary>Reads consents back.</summary>
    /// <exception cref="FormatException">They are not the bytes of consents.</exception>
    public static ConsentSet FromBytes(byte[] bytes) => Bytes.Read(bytes, "consents", Read);

    internal void Write(ByteWriter writer)
    {
        writer.Write(Format);
        writer.WriteCount(_entries.Count);
        foreach (var entry in _entries)
        {
            writer.Write(entry.Channel);
            writer.Write((byte)entry.Purpose);
            writer.Write(entry.IsGranted);
            writer.Write(entry.AtMs);
        }
    }

    internal static ConsentSet Read(ByteReader reader)
    {
        reader.ReadFormat(Format, Format, "consents");
        var left = reader.Count(1 << 16);
        var entries = new List<ConsentEntry>(left);
        for (; left > 0; left--)
        {
            entries.Add(new(reader.ReadUInt16(), (Purpose)reader.ReadByte(), reader.ReadBoolean(), reader.ReadInt64()));
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
