using Zhice.Domain.Primitives;

namespace Zhice.Domain.Stocks;

/// <summary>A unit of an action's stock that is kept for a customer.</summary>
/// <param name="Contact">The offer for which it was taken: its id in the store.</param>
/// <param name="UntilMs">When it goes back by itself, unix milliseconds.</param>
public readonly record struct HeldUnit(ContactId Contact, long UntilMs) : IStoredItem<HeldUnit>
{
    void IStoredItem<HeldUnit>.Write(ByteWriter writer)
    {
        writer.Write(Contact);
        writer.WriteSigned(unchecked(UntilMs - Contact.Decision.DecidedAtMs));
    }

    static HeldUnit IStoredItem<HeldUnit>.Read(ByteReader reader)
    {
        var contact = reader.ReadContactId();
        return new(contact, unchecked(contact.Decision.DecidedAtMs + reader.ReadSigned()));
    }
}

/// <summary>The units that are kept for a customer: at most one of an action, however often it is offered.</summary>
public sealed class KeptUnits : BoundedList<HeldUnit>
{
    private const int MaxRead = 4096;

    /// <summary>None is kept.</summary>
    public KeptUnits()
        : this([])
    {
    }

    private KeptUnits(List<HeldUnit> items)
        : base(items)
    {
    }

    /// <summary>Whether a unit of an action is kept now.</summary>
    public bool Has(ushort action, long nowMs)
    {
        foreach (ref readonly var unit in All)
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
        Items.RemoveAll(held => held.UntilMs <= nowMs);
        Items.Add(unit);
    }

    /// <summary>Stops keeping the unit of an action; null when there is none, or its time is over.</summary>
    public HeldUnit? End(ushort action, long nowMs) =>
        RemoveAt(Items.FindIndex(held => held.Contact.Action == action && held.UntilMs > nowMs));

    /// <summary>Stops keeping the unit that was taken for a contact; null when there is none.</summary>
    public HeldUnit? End(ContactId contact) => RemoveAt(Items.FindIndex(held => held.Contact == contact));

    /// <summary>A copy.</summary>
    public KeptUnits Clone() => new([.. Items]);

    internal void Write(ByteWriter writer) => writer.WriteItems(Items);

    internal static KeptUnits Read(ByteReader reader) => new(reader.ReadItems<HeldUnit>(MaxRead));
}
