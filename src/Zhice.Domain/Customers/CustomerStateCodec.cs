using Zhice.Domain.Contacts;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Customers;

/// <summary>
/// Writes a customer's state as bytes, for the store and for the way to another silo. A leading byte names the format;
/// the parts follow in a fixed order, each with its length, so that an older reader can pass over newer parts. Formats 1
/// and 2 are read and no longer written: 2 writes numbers and instants by their distance from what stands before, 3 adds
/// answers and reservations. 4 adds what agents hold, 5 units of stock, 6 journeys, 7 kept decisions and the ids of answers, 9 contacts of
/// journeys' stages, 10 touches, 11 exposures to experiments; each is written only where there is something of it: silos that do not know it read all other customers.
/// </summary>
public static class CustomerStateCodec
{
    internal const byte Oldest = 1;

    private const byte Format = 11;
    private const byte FirstWithAnswers = 3;
    private const byte FirstWithHolds = 4;
    private const byte FirstWithUnits = 5;
    private const byte FirstWithJourneys = 6;
    private const byte FirstWithKeptDecisions = 7;
    private const byte FirstWithStageContacts = 9;
    private const byte FirstWithTouches = 10;
    private const byte FirstWithExposures = 11;

    private static readonly byte[][] Nothing = ListEmptyParts();

    /// <summary>The bytes of a state.</summary>
    public static byte[] ToBytes(CustomerState state) => Bytes.Write(state, static (writer, state) =>
    {
        var format = !state.Exposures.All.IsEmpty ? FirstWithExposures
            : !state.Touches.All.IsEmpty ? FirstWithTouches
            : state.Journeys.HasContacts ? FirstWithStageContacts
            : !state.KeptDecisions.IsEmpty || state.CountedAnswers.Count > 0 ? FirstWithKeptDecisions
            : !state.Journeys.IsEmpty ? FirstWithJourneys
            : !state.Units.All.IsEmpty ? FirstWithUnits
            : !state.Holds.All.IsEmpty ? FirstWithHolds
            : FirstWithAnswers;
        Write(writer, state, format);
    });

    /// <summary>The bytes of a state that changes no more: written once, and remembered with it.</summary>
    public static byte[] Pack(CustomerState state) => state.Packed ??= ToBytes(state);

    /// <summary>Reads a state back that is not to be changed, but for a clone of it.</summary>
    /// <exception cref="FormatException">They are not a state's bytes.</exception>
    public static CustomerState Unpack(byte[] bytes)
    {
        var state = FromBytes(bytes);
        state.Packed = bytes;
        return state;
    }

    /// <summary>
    /// A state that is not to be changed and whose parts are read when they are asked for, by any thread: for a reader that asks for few.
    /// </summary>
    /// <exception cref="FormatException">They are not a state's bytes; a damaged part says so when it is asked for.</exception>
    public static CustomerState Open(byte[] bytes) => bytes is [>= FirstWithAnswers and <= Format, ..] ? new(bytes) : Unpack(bytes);

    /// <summary>Checks the format and the lengths of the parts, and reads none of them.</summary>
    /// <exception cref="FormatException">They are not a state's bytes.</exception>
    public static void Check(byte[]? bytes) => Bytes.Read(bytes ?? [], "a customer", 0, static (reader, _) =>
    {
        for (var left = CountParts(reader.ReadFormat(Oldest, Format, "a customer")); left > 0; left--)
        {
            reader.SkipPart();
        }

        return true;
    });

    /// <summary>Reads a state back.</summary>
    /// <exception cref="FormatException">They are not a state's bytes.</exception>
    public static CustomerState FromBytes(byte[] bytes) => Bytes.Read(bytes, Oldest, Format, "a customer", static (reader, format) =>
    {
        var tags = StateParts.Tags.ReadNext(reader, format);
        var liveTags = StateParts.LiveTags.ReadNext(reader, format);
        var contacts = StateParts.Contacts.ReadNext(reader, format);
        var consents = StateParts.Consents.ReadNext(reader, format);
        var countedIds = StateParts.CountedIds.ReadNext(reader, format);
        var answeredRequests = StateParts.AnsweredRequests.ReadNext(reader, format);
        var log = StateParts.ContactLog.ReadNext(reader, format);
        var state = new CustomerState
        {
            Tags = tags,
            LiveTags = liveTags,
            Contacts = contacts,
            Consents = consents,
            CountedIds = countedIds,
            AnsweredRequests = answeredRequests,
            ContactLog = log,
            PastEvents = StateParts.PastEvents.ReadNext(reader, format),
            ContactAnswers = format < FirstWithAnswers ? AnswersIn(log) : StateParts.ContactAnswers.ReadNext(reader, format),
            Reservations = format < FirstWithAnswers ? new() : StateParts.Reservations.ReadNext(reader, format),
            Holds = format < FirstWithHolds ? new() : StateParts.Holds.ReadNext(reader, format),
            Units = format < FirstWithUnits ? new() : StateParts.Units.ReadNext(reader, format),
            Journeys = format < FirstWithJourneys ? new() : StateParts.Journeys.ReadNext(reader, format),
            KeptDecisions = format < FirstWithKeptDecisions ? new() : StateParts.KeptDecisions.ReadNext(reader, format),
            CountedAnswers = format < FirstWithKeptDecisions ? new() : StateParts.CountedAnswers.ReadNext(reader, format),
        };
        if (format >= FirstWithStageContacts)
        {
            reader.ReadPart(format, (part, _) => state.Journeys.ReadContacts(part));
        }

        if (format >= FirstWithTouches)
        {
            reader.ReadPart(format, (part, _) => state.Touches.Read(part));
        }

        if (format >= FirstWithExposures)
        {
            reader.ReadPart(format, (part, _) => state.Exposures.Read(part));
        }

        return state;
    });

    /// <summary>The journeys in a state's bytes, with the contacts of their stages.</summary>
    internal static CustomerJourneys ReadJourneys(byte[] bytes)
    {
        var journeys = StateParts.Journeys.Read(bytes);
        return CountParts(bytes[0]) > StateParts.StageContacts ? ReadStageContacts(bytes, journeys) : journeys;
    }

    /// <summary>A part of a state's bytes; null when there is nothing in it.</summary>
    internal static T? TryReadPart<T>(byte[] bytes, int place, Func<ByteReader, byte, T> read)
        where T : class =>
        place >= CountParts(bytes[0]) ? null : Bytes.Read(bytes, "a customer", (place, read), static (reader, asked) =>
        {
            var format = reader.ReadByte();
            for (var before = 0; before < asked.place; before++)
            {
                reader.SkipPart();
            }

            return reader.IsNextPart(Nothing[asked.place]) ? null : reader.ReadPart(format, asked.read);
        });

    // By itself, so that a state without them makes no closure.
    private static CustomerJourneys ReadStageContacts(byte[] bytes, CustomerJourneys journeys) =>
        TryReadPart(bytes, StateParts.StageContacts, (part, _) =>
        {
            journeys.ReadContacts(part);
            return journeys;
        }) ?? journeys;

    // What the parts are when there is nothing in them.
    private static byte[][] ListEmptyParts()
    {
        var bytes = Bytes.Write(new CustomerState(), static (writer, state) => Write(writer, state, Format));
        return Bytes.Read(bytes, "a customer", static reader =>
        {
            var parts = new byte[CountParts(reader.ReadByte())][];
            foreach (ref var part in parts.AsSpan())
            {
                part = reader.ReadBytes(reader.Count(int.MaxValue));
            }

            return parts;
        });
    }

    private static int CountParts(byte format) => format switch
    {
        >= FirstWithExposures => 18,
        >= FirstWithTouches => 17,
        >= FirstWithStageContacts => 16,
        >= FirstWithKeptDecisions => 15,
        >= FirstWithJourneys => 13,
        >= FirstWithUnits => 12,
        >= FirstWithHolds => 11,
        >= FirstWithAnswers => 10,
        _ => 8,
    };

    private static void Write(ByteWriter writer, CustomerState state, byte format)
    {
        writer.Write(format);
        writer.WritePart(state.Tags, static (writer, part) => part.Write(writer));
        writer.WritePart(state.LiveTags, static (writer, part) => part.Write(writer));
        writer.WritePart(state.Contacts, static (writer, part) => part.Write(writer));
        writer.WritePart(state.Consents, static (writer, part) => part.Write(writer));
        writer.WritePart(state.CountedIds, static (writer, part) => part.Write(writer));
        writer.WritePart(state.AnsweredRequests, static (writer, part) => part.Write(writer));
        writer.WritePart(state.ContactLog, static (writer, part) => part.Write(writer));
        writer.WritePart(state.PastEvents, static (writer, part) => part.Write(writer));
        writer.WritePart(state.ContactAnswers, static (writer, part) => part.Write(writer));
        writer.WritePart(state.Reservations, static (writer, part) => part.Write(writer));
        if (format >= FirstWithHolds)
        {
            writer.WritePart(state.Holds, static (writer, part) => part.Write(writer));
        }

        if (format >= FirstWithUnits)
        {
            writer.WritePart(state.Units, static (writer, part) => part.Write(writer));
        }

        if (format >= FirstWithJourneys)
        {
            writer.WritePart(state.Journeys, static (writer, part) => part.Write(writer));
        }

        if (format >= FirstWithKeptDecisions)
        {
            writer.WritePart(state.KeptDecisions, static (writer, part) => part.Write(writer));
            writer.WritePart(state.CountedAnswers, static (writer, part) => part.Write(writer));
        }

        if (format >= FirstWithStageContacts)
        {
            writer.WritePart(state.Journeys, static (writer, part) => part.WriteContacts(writer));
        }

        if (format >= FirstWithTouches)
        {
            writer.WritePart(state.Touches, static (writer, part) => part.Write(writer));
        }

        if (format >= FirstWithExposures)
        {
            writer.WritePart(state.Exposures, static (writer, part) => part.Write(writer));
        }
    }

    // Older states have the answers in the log of contacts alone; their categories are not known.
    private static ContactAnswers AnswersIn(ContactLog log)
    {
        var answers = new ContactAnswers();
        foreach (ref readonly var contact in log.All)
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
}
