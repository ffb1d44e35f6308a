namespace Zhice.Domain.Customers;

/// <summary>An event that was recorded.</summary>
/// <param name="Type">The number of its kind.</param>
/// <param name="Channel">The number of its channel; 0: not known.</param>
/// <param name="AtMs">When it happened, unix milliseconds.</param>
public readonly record struct PastEvent(ushort Type, ushort Channel, long AtMs);

/// <summary>The last 16 events in the order in which they were recorded.</summary>
public sealed class PastEvents
{
    /// <summary>How many events it keeps.</summary>
    public const int Capacity = 16;

    private readonly List<PastEvent> _events;

    /// <summary>No events.</summary>
    public PastEvents()
        : this([])
    {
    }

    private PastEvents(List<PastEvent> events) => _events = events;

    /// <summary>The events, the earliest recorded first.</summary>
    public IReadOnlyList<PastEvent> Events => _events;

    /// <summary>Adds an event, and drops the earliest when there are more than kept.</summary>
    public void Add(PastEvent past)
    {
        if (_events.Count == Capacity)
        {
            _events.RemoveAt(0);
        }

        _events.Add(past);
    }

    /// <summary>A copy.</summary>
    public PastEvents Clone() => new([.. _events]);

    internal void Write(ByteWriter writer)
    {
        writer.WriteCount(_events.Count);
        var before = 0L;
        foreach (var past in _events)
        {
            writer.WriteNumber(past.Type);
            writer.WriteNumber(past.Channel);
            writer.WriteSigned(unchecked(past.AtMs - before));
            before = past.AtMs;
        }
    }

    internal static PastEvents Read(ByteReader reader, byte format)
    {
        var left = reader.Count(Capacity);
        var events = new List<PastEvent>(left);
        var before = 0L;
        for (; left > 0; left--)
        {
            var past = format == CustomerStateCodec.Oldest
                ? new PastEvent(reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadInt64())
                : new PastEvent(reader.ReadNumber(), reader.ReadNumber(), unchecked(before + reader.ReadSigned()));
            before = past.AtMs;
            events.Add(past);
        }

        return new(events);
    }
}
