using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;

namespace Zhice.Domain.HandOffs;

/// <summary>An action that an agent holds for a customer: until it ends, no other channel offers it.</summary>
/// <param name="Contact">Its id: that of the agent's contact with the customer.</param>
/// <param name="Channel">The number of the agent's channel.</param>
/// <param name="Owner">Who holds it.</param>
/// <param name="ExpiresAtMs">When it ends by itself, unix milliseconds.</param>
public readonly record struct ActionHold(ContactId Contact, ushort Channel, string Owner, long ExpiresAtMs);

/// <summary>The actions that agents hold for a customer; an action is held by one at a time.</summary>
public sealed class ActionHolds
{
    /// <summary>How many a customer has at the most.</summary>
    public const int Capacity = 16;

    private readonly List<ActionHold> _held;

    /// <summary>Nothing is held.</summary>
    public ActionHolds()
        : this([])
    {
    }

    private ActionHolds(List<ActionHold> held) => _held = held;

    /// <summary>All that did not end, also those that expired since.</summary>
    public ReadOnlySpan<ActionHold> Held => CollectionsMarshal.AsSpan(_held);

    /// <summary>Who holds an action now; null: nobody.</summary>
    public ActionHold? Find(ushort action, long nowMs)
    {
        foreach (ref readonly var held in Held)
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
        _held.Count > 0 && Find(action, nowMs) is { } held && held.Channel != channel;

    /// <summary>Whether one more action can be held, or this one is held already.</summary>
    public bool HasRoomFor(ushort action, long nowMs)
    {
        var others = 0;
        foreach (ref readonly var held in Held)
        {
            others += held.ExpiresAtMs > nowMs && held.Contact.Action != action ? 1 : 0;
        }

        return others < Capacity;
    }

    /// <summary>Lets an agent hold an action that nobody else holds. Their own hold of it goes on under its id.</summary>
    /// <returns>What is held now; null when there is no room for one more.</returns>
    public ActionHold? TryHold(ActionHold hold, long nowMs)
    {
        _held.RemoveAll(held => held.ExpiresAtMs <= nowMs);
        if (Find(hold.Contact.Action, nowMs) is { } before)
        {
            _held.Remove(before);
            hold = hold with { Contact = before.Contact };
        }

        if (_held.Count == Capacity)
        {
            return null;
        }

        _held.Add(hold);
        return hold;
    }

    /// <summary>Ends a hold; false when it had ended before.</summary>
    public bool End(ContactId contact) => _held.RemoveAll(held => held.Contact == contact) > 0;

    /// <summary>A copy.</summary>
    public ActionHolds Clone() => new([.. _held]);

    internal void Write(ByteWriter writer)
    {
        writer.WriteCount(_held.Count);
        foreach (var held in _held)
        {
            writer.Write(held.Contact.Decision.High);
            writer.Write(held.Contact.Decision.Low);
            writer.WriteNumber(held.Contact.Action);
            writer.WriteNumber(held.Channel);
            writer.Write(held.Owner);
            writer.WriteSigned(unchecked(held.ExpiresAtMs - held.Contact.Decision.DecidedAtMs));
        }
    }

    internal static ActionHolds Read(ByteReader reader)
    {
        var left = reader.Count(Capacity);
        var held = new List<ActionHold>(left);
        for (; left > 0; left--)
        {
            var contact = new ContactId(new(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadNumber());
            var (channel, owner) = (reader.ReadNumber(), reader.ReadString());
            held.Add(new(contact, channel, owner, unchecked(contact.Decision.DecidedAtMs + reader.ReadSigned())));
        }

        return new(held);
    }
}
