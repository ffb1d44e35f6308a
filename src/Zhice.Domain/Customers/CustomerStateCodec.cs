using Zhice.Domain.Contacts;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Journeys;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>
/// Writes a customer's state as bytes, for the store and for the way to another silo. A leading byte names the format;
/// the parts follow in a fixed order, each with its length, so that an older reader can pass over newer parts. Formats 1
/// and 2 are read and no longer written: 2 writes numbers and instants by their distance from what stands before, 3 adds
/// answers and reservations. 4 adds what agents hold, 5 units of stock, 6 journeys; each is written only where there is something of
/// it: silos that do not know it read all other customers.
/// </summary>
public static class CustomerStateCodec
{
    internal const byte Oldest = 1;

    private const byte Format = 6;
    private const byte FirstWithAnswers = 3;
    private const byte FirstWithHolds = 4;
    private const byte FirstWithUnits = 5;
    private const byte FirstWithJourneys = 6;

    /// <summary>The bytes of a state.</summary>
    public static byte[] ToBytes(CustomerState state)
    {
        using var stream = new MemoryStream(1024);
        using var writer = new BinaryWriter(stream);
        var format = !state.Journeys.IsEmpty ? FirstWithJourneys
            : !state.Units.Held.IsEmpty ? FirstWithUnits
            : !state.Holds.Held.IsEmpty ? FirstWithHolds
            : FirstWithAnswers;
        writer.Write(format);
        Write(writer, state.Tags.ToBytes());
        Write(writer, state.LiveTags.ToBytes());
        Write(writer, state.Contacts.ToBytes());
        Write(writer, state.Consents.ToBytes());
        Write(writer, PartOf(state.CountedIds.Write));
        Write(writer, PartOf(state.AnsweredRequests.Write));
        Write(writer, PartOf(state.ContactLog.Write));
        Write(writer, PartOf(state.PastEvents.Write));
        Write(writer, PartOf(state.ContactAnswers.Write));
        Write(writer, PartOf(state.Reservations.Write));
        if (format >= FirstWithHolds)
        {
            Write(writer, PartOf(state.Holds.Write));
        }

        if (format >= FirstWithUnits)
        {
            Write(writer, PartOf(state.Units.Write));
        }

        if (format >= FirstWithJourneys)
        {
            Write(writer, PartOf(state.Journeys.Write));
        }

        return stream.ToArray();
    }

    /// <summary>Reads a state back.</summary>
    /// <exception cref="FormatException">They are not a state's bytes.</exception>
    public static CustomerState FromBytes(byte[] bytes) => Bytes.Read(bytes, Oldest, Format, "a customer", static (reader, format) =>
    {
        var tags = TagSet.FromBytes(Part(reader));
        var liveTags = LiveTagSet.FromBytes(Part(reader));
        var contacts = ContactHistory.FromBytes(Part(reader));
        var consents = ConsentSet.FromBytes(Part(reader));
        var countedIds = Read(reader, format, CountedIds.Read);
        var answeredRequests = Read(reader, format, AnsweredRequests.Read);
        var log = Read(reader, format, ContactLog.Read);
        return new CustomerState
        {
            Tags = tags,
            LiveTags = liveTags,
            Contacts = contacts,
            Consents = consents,
            CountedIds = countedIds,
            AnsweredRequests = answeredRequests,
            ContactLog = log,
            PastEvents = Read(reader, format, PastEvents.Read),
            ContactAnswers = format < FirstWithAnswers ? AnswersIn(log) : Read(reader, format, static (part, _) => ContactAnswers.Read(part)),
            Reservations = format < FirstWithAnswers ? new() : Read(reader, format, static (part, _) => Reservations.Read(part)),
            Holds = format < FirstWithHolds ? new() : Read(reader, format, static (part, _) => ActionHolds.Read(part)),
            Units = format < FirstWithUnits ? new() : Read(reader, format, static (part, _) => HeldUnits.Read(part)),
            Journeys = format < FirstWithJourneys ? new() : Read(reader, format, static (part, _) => CustomerJourneys.Read(part)),
        };
    });

    // Older states have the answers in the log of contacts alone; their categories are not known.
    private static ContactAnswers AnswersIn(ContactLog log)
    {
        var answers = new ContactAnswers();
        foreach (ref readonly var contact in log.Contacts)
        {
            if (contact.Answer == FeedbackType.Dismissal)
            {
                answers.Dismissed(contact.Id.Action, 0, contact.AnsweredAtMs);
            }
            else if (contact.Answer == FeedbackType.Acceptance)
            {
                answers.Accepted(contact.Id.Action, 0, contact.AnsweredAtMs);
            }
        }

        return answers;
    }

    private static void Write(BinaryWriter writer, byte[] part)
    {
        writer.Write7BitEncodedInt(part.Length);
        writer.Write(part);
    }

    private static byte[] PartOf(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        return stream.ToArray();
    }

    private static byte[] Part(BinaryReader reader) => reader.ReadBytes(reader.Count(int.MaxValue));

    private static T Read<T>(BinaryReader reader, byte format, Func<BinaryReader, byte, T> read)
    {
        using var part = new BinaryReader(new MemoryStream(Part(reader)));
        return read(part, format);
    }
}
