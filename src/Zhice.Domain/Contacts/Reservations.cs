using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <summary>A slot that a decision holds until it is seen, void, or too old.</summary>
/// <param name="Contact">The decision and its action.</param>
/// <param name="Scopes">What the contact belongs to.</param>
/// <param name="Moment">The moment at which it will count.</param>
/// <param name="ExpiresAtMs">From when on it is void, unix milliseconds.</param>
/// <param name="Purpose">The purpose by which it is bound.</param>
public readonly record struct Reservation(
    ContactId Contact, ContactScopes Scopes, CountMoment Moment, long ExpiresAtMs, BoundPurposes Purpose = BoundPurposes.Marketing)
    : IStoredItem<Reservation>
{
    // Beside the moment: so that what was stored before service contacts were bound reads as it did.
    private const byte OfService = 0x80;

    void IStoredItem<Reservation>.Write(ByteWriter writer)
    {
        writer.Write(Contact);
        writer.WriteNumber(Scopes.Channel);
        writer.WriteNumber(Scopes.Category);
        writer.WriteNumber(Scopes.Action);
        writer.WriteNumber(Scopes.Treatment);
        writer.Write((byte)((byte)Moment | (Purpose == BoundPurposes.Service ? OfService : 0)));
        writer.WriteSigned(unchecked(ExpiresAtMs - Contact.Decision.DecidedAtMs));
    }

    static Reservation IStoredItem<Reservation>.Read(ByteReader reader)
    {
        var contact = reader.ReadContactId();
        var scopes = new ContactScopes(reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber());
        var moment = reader.ReadByte();
        return new(
            contact,
            scopes,
            (CountMoment)(moment & ~OfService),
            unchecked(contact.Decision.DecidedAtMs + reader.ReadSigned()),
            moment < OfService ? BoundPurposes.Marketing : BoundPurposes.Service);
    }
}

/// <summary>
/// The slots that decisions hold. Each is a contact that may still be made at any instant until it expires, so while it
/// lives it counts in every window, as a contact made now.
/// </summary>
public sealed class Reservations : BoundedList<Reservation>
{
    /// <summary>How many a customer has at the most; with so many, a cap that reserves gives no slot.</summary>
    public const int Capacity = 64;

    /// <summary>No slot is held.</summary>
    public Reservations()
        : this([])
    {
    }

    private Reservations(List<Reservation> items)
        : base(items)
    {
    }

    /// <summary>Takes a slot; the same contact again changes nothing.</summary>
    /// <returns>False when there is no room for one more.</returns>
    public bool TryReserve(in Reservation reservation, long nowMs)
    {
        if (IndexOf(reservation.Contact) >= 0)
        {
            return true;
        }

        Items.RemoveAll(held => held.ExpiresAtMs <= nowMs);
        if (Items.Count == Capacity)
        {
            return false;
        }

        Items.Add(reservation);
        return true;
    }

    /// <summary>Ends a reservation: the contact was made and is counted instead, or it is void.</summary>
    /// <returns>What was held, expired or not; null when nothing was.</returns>
    public Reservation? End(ContactId contact) => RemoveAt(IndexOf(contact));

    /// <summary>How many are alive.</summary>
    public int CountAlive(long nowMs)
    {
        var alive = 0;
        foreach (ref readonly var held in All)
        {
            alive += held.ExpiresAtMs > nowMs ? 1 : 0;
        }

        return alive;
    }

    /// <summary>How many of some contacts are held now.</summary>
    internal int Count(in ContactSelection selection, long nowMs)
    {
        var count = 0;
        foreach (ref readonly var held in All)
        {
            count += held.ExpiresAtMs > nowMs && selection.Has(held.Scopes, held.Moment, held.Purpose) ? 1 : 0;
        }

        return count;
    }

    /// <summary>A copy.</summary>
    public Reservations Clone() => new([.. Items]);

    internal void Write(ByteWriter writer) => writer.WriteItems(Items);

    internal static Reservations Read(ByteReader reader) => new(reader.ReadItems<Reservation>(Capacity));

    private int IndexOf(ContactId contact)
    {
        for (var i = 0; i < Items.Count; i++)
        {
            if (Items[i].Contact == contact)
            {
                return i;
            }
        }

        return -1;
    }
}
