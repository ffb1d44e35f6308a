using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;

namespace Zhice.Domain.Contacts;

/// <summary>A slot that a decision holds until it is seen, void, or too old.</summary>
/// <param name="Contact">The decision and its action.</param>
/// <param name="Scopes">What the contact belongs to.</param>
/// <param name="Moment">The moment at which it will count.</param>
/// <param name="ExpiresAtMs">From when on it is void, unix milliseconds.</param>
/// <param name="Purpose">The purpose by which it is bound.</param>
public readonly record struct Reservation(
    ContactId Contact, ContactScopes Scopes, CountMoment Moment, long ExpiresAtMs, BoundPurposes Purpose = BoundPurposes.Marketing);

/// <summary>
/// The slots that decisions hold. Each is a contact that may still be made at any instant until it expires, so while it
/// lives it counts in every window, as a contact made now.
/// </summary>
public sealed class Reservations
{
    /// <summary>How many a customer has at the most; with so many, a cap that reserves gives no slot.</summary>
    public const int Capacity = 64;

    // Beside the moment: so that what was stored before service contacts were bound reads as it did.
    private const byte OfService = 0x80;

    private readonly List<Reservation> _held;

    /// <summary>No slot is held.</summary>
    public Reservations()
        : this([])
    {
    }

    private Reservations(List<Reservation> held) => _held = held;

    /// <summary>All that were taken and neither committed nor released, also those that expired since.</summary>
    public ReadOnlySpan<Reservation> Held => CollectionsMarshal.AsSpan(_held);

    /// <summary>Takes a slot; the same contact again changes nothing.</summary>
    /// <returns>False when there is no room for one more.</returns>
    public bool TryReserve(in Reservation reservation, long nowMs)
    {
        if (IndexOf(reservation.Contact) >= 0)
        {
            return true;
        }

        _held.RemoveAll(held => held.ExpiresAtMs <= nowMs);
        if (_held.Count == Capacity)
        {
            return false;
        }

        _held.Add(reservation);
        return true;
    }

    /// <summary>Ends a reservation: the contact was made and is counted instead, or it is void.</summary>
    /// <returns>What was held, expired or not; null when nothing was.</returns>
    public Reservation? End(ContactId contact)
    {
        var at = IndexOf(contact);
        if (at < 0)
        {
            return null;
        }

        var held = _held[at];
        _held.RemoveAt(at);
        return held;
    }

    /// <summary>How many are alive.</summary>
    public int CountAlive(long nowMs)
    {
        var alive = 0;
        foreach (ref readonly var held in CollectionsMarshal.AsSpan(_held))
        {
            alive += held.ExpiresAtMs > nowMs ? 1 : 0;
        }

        return alive;
    }

    /// <summary>How many of some contacts are held now.</summary>
    internal int Count(in ContactSelection selection, long nowMs)
    {
        var count = 0;
        foreach (ref readonly var held in CollectionsMarshal.AsSpan(_held))
        {
            count += held.ExpiresAtMs > nowMs && selection.Has(held.Scopes, held.Moment, held.Purpose) ? 1 : 0;
        }

        return count;
    }

    /// <summary>A copy.</summary>
    public Reservations Clone() => new([.. _held]);

    internal void Write(ByteWriter writer)
    {
        writer.WriteCount(_held.Count);
        foreach (var held in _held)
        {
            writer.Write(held.Contact.Decision.High);
            writer.Write(held.Contact.Decision.Low);
            writer.WriteNumber(held.Contact.Action);
            writer.WriteNumber(held.Scopes.Channel);
            writer.WriteNumber(held.Scopes.Category);
            writer.WriteNumber(held.Scopes.Action);
            writer.WriteNumber(held.Scopes.Treatment);
            writer.Write((byte)((byte)held.Moment | (held.Purpose == BoundPurposes.Service ? OfService : 0)));
            writer.WriteSigned(unchecked(held.ExpiresAtMs - held.Contact.Decision.DecidedAtMs));
        }
    }

    internal static Reservations Read(ByteReader reader)
    {
        var left = reader.Count(Capacity);
        var held = new List<Reservation>(left);
        for (; left > 0; left--)
        {
            var contact = new ContactId(new(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadNumber());
            var scopes = new ContactScopes(reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber());
            var moment = reader.ReadByte();
            held.Add(new(
                contact,
                scopes,
                (CountMoment)(moment & ~OfService),
                unchecked(contact.Decision.DecidedAtMs + reader.ReadSigned()),
                moment < OfService ? BoundPurposes.Marketing : BoundPurposes.Service));
        }

        return new(held);
    }

    private int IndexOf(ContactId contact)
    {
        for (var i = 0; i < _held.Count; i++)
        {
            if (_held[i].Contact == contact)
            {
                return i;
            }
        }

        return -1;
    }
}
