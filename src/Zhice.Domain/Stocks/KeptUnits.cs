using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;

namespace Zhice.Domain.Stocks;

/// <summary>A unit of an action's stock that is kept for a customer.</summary>
/// <param name="Contact">The offer for which it was taken: its id in the store.</param>
/// <param name="UntilMs">When it goes back by itself, unix milliseconds.</param>
public readonly record struct HeldUnit(ContactId Contact, long UntilMs);

/// <summary>The units that are kept for a customer: at most one of an action, however often it is offered.</summary>
public sealed class KeptUnits
{
    private const int MaxRead = 4096;

    private readonly List<HeldUnit> _held;

    /// <summary>None is kept.</summary>
    public KeptUnits()
        : this([])
    {
    }

    private KeptUnits(List<HeldUnit> held) => _held = held;

    /// <summary>All that were neither spent nor given back, also those whose time is over.</summary>
    public ReadOnlySpan<HeldUnit> Held => CollectionsMarshal.AsSpan(_held);

    /// <summary>Whether a unit of an action is kept now.</summary>
    public bool Has(ushort action, long nowMs)
    {
        foreach (ref readonly var unit in Held)
        {
            if (unit.Contact.Action == action && unit.UntilMs > nowMs)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps a unit; forgets those whose time is over.</summary>
    public void Keep(HeldUnit unit, long nowMs)
    {
        _held.RemoveAll(held => held.UntilMs <= nowMs);
        _held.Add(unit);
    }

    /// <summary>Stops keeping the unit of an action; null when there is none, or its time is over.</summary>
    public HeldUnit? EndOf(ushort action, long nowMs)
    {
        var place = _held.FindIndex(held => held.Contact.Action == action && held.UntilMs > nowMs);
        return place < 0 ? null : RemoveAt(place);
    }

    /// <summary>Stops keeping the unit that was taken for a contact; null when there is none.</summary>
    public HeldUnit? EndOf(ContactId contact)
    {
        var place = _held.FindIndex(held => held.Contact == contact);
        return place < 0 ? null : RemoveAt(place);
    }

    /// <summary>A copy.</summary>
    public KeptUnits Clone() => new([.. _held]);

    internal void Write(ByteWriter writer)
    {
        writer.WriteCount(_held.Count);
        foreach (var unit in _held)
        {
            writer.Write(unit.Contact.Decision.High);
            writer.Write(unit.Contact.Decision.Low);
            writer.WriteNumber(unit.Contact.Action);
            writer.WriteSigned(unchecked(unit.UntilMs - unit.Contact.Decision.DecidedAtMs));
        }
    }

    internal static KeptUnits Read(ByteReader reader)
    {
        var left = reader.Count(MaxRead);
        var held = new List<HeldUnit>(left);
        for (; left > 0; left--)
        {
            var contact = new ContactId(new(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadNumber());
            held.Add(new(contact, unchecked(contact.Decision.DecidedAtMs + reader.ReadSigned())));
        }

        return new(held);
    }

    private HeldUnit RemoveAt(int place)
    {
        var unit = _held[place];
        _held.RemoveAt(place);
        return unit;
    }
}
