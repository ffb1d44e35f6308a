using Zhice.Domain.Primitives;

namespace Zhice.Domain.Customers;

/// <summary>An action that an agent holds for a customer: until it ends, no other channel offers it.</summary>
/// <param name="Contact">Its id: that of the agent's contact with the customer.</param>
/// <param name="Channel">The number of the agent's channel.</param>
/// <param name="Owner">Who holds it.</param>
/// <param name="ExpiresAtMs">When it ends by itself, unix milliseconds.</param>
public readonly record struct ActionHold(ContactId Contact, ushort Channel, string Owner, long ExpiresAtMs) : IStoredItem<ActionHold>
{
    void IStoredItem<ActionHold>.Write(ByteWriter writer)
    {
        writer.Write(Contact);
        writer.WriteNumber(Channel);
        writer.Write(Owner);
        writer.WriteSigned(unchecked(ExpiresAtMs - Contact.Decision.DecidedAtMs));
    }

    static ActionHold IStoredItem<ActionHold>.Read(ByteReader reader)
    {
        var (contact, channel, owner) = (reader.ReadContactId(), reader.ReadNumber(), reader.ReadString());
        return new(contact, channel, owner, unchecked(contact.Decision.DecidedAtMs + reader.ReadSigned()));
    }
}

/// <summary>The actions that agents hold for a customer; an action is held by one at a time.</summary>
public sealed class ActionHolds : BoundedList<ActionHold>
{
    /// <summary>How many a customer has at the most.</summary>
    public const int Capacity = 16;

    /// <summary>Nothing is held.</summary>
    public ActionHolds()
        : this([])
    {
    }

    private ActionHolds(List<ActionHold> items)
        : base(items)
    {
    }

    /// <summary>Who holds an action now; null: nobody.</summary>
    public ActionHold? Find(ushort action, long nowMs)
    {
        foreach (ref readonly var held in All)
        {
            if (held.Contact.Action == action && held.ExpiresAtMs > nowMs)
            {
                return held;
            }
        }

        return null;
    }

    /// <summary>Whether a channel has to hold back on an action, as another holds it.</summary>
    public bool Keeps(ushort action, ushort channel, long nowMs) =>
        Items.Count > 0 && Find(action, nowMs) is { } held && held.Channel != channel;

    /// <summary>Whether one more action can be held, or this one is held already.</summary>
    public bool HasRoomFor(ushort action, long nowMs)
    {
        var others = 0;
        foreach (ref readonly var held in All)
        {
            others += held.ExpiresAtMs > nowMs && held.Contact.Action != action ? 1 : 0;
        }

        return others < Capacity;
    }

    /// <summary>Lets an agent hold an action that nobody else holds. Their own hold of it goes on under its id.</summary>
    /// <returns>What is held now; null when there is no room for one more.</returns>
    public ActionHold? TryHold(ActionHold hold, long nowMs)
    {
        Items.RemoveAll(held => held.ExpiresAtMs <= nowMs);
        if (Find(hold.Contact.Action, nowMs) is { } before)
        {
            Items.Remove(before);
            hold = hold with { Contact = before.Contact };
        }

        if (Items.Count == Capacity)
        {
            return null;
        }

        Items.Add(hold);
        return hold;
    }

    /// <summary>Ends a hold; false when it had ended before.</summary>
    public bool End(ContactId contact) => Items.RemoveAll(held => held.Contact == contact) > 0;

    /// <summary>A copy.</summary>
    public ActionHolds Clone() => new([.. Items]);

    internal void Write(ByteWriter writer) => writer.WriteItems(Items);

    internal static ActionHolds Read(ByteReader reader) => new(reader.ReadItems<ActionHold>(Capacity));
}
