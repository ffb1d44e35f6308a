using Zhice.Domain.Contacts;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

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

    /// <summary>Reads a state back.</summary>
    /// <exception cref="FormatException">They are not a state's bytes.</exception>
    public static CustomerState FromBytes(byte[] bytes) => Bytes.Read(bytes, Oldest, Format, "a customer", static (reader, format) =>
    {
        var tags = reader.ReadPart(format, static (part, _) => TagSet.Read(part));
        var liveTags = reader.ReadPart(format, static (part, _) => LiveTagSet.Read(part));
        var contacts = reader.ReadPart(format, static (part, _) => ContactHistory.Read(part));
        var consents = reader.ReadPart(format, static (part, _) => ConsentSet.Read(part));
        var countedIds = reader.ReadPart(format, CountedIds.Read);
        var answeredRequests = reader.ReadPart(format, AnsweredRequests.Read);
        var log = reader.ReadPart(format, ContactLog.Read);
        var state = new CustomerState
        {
            Tags = tags,
            LiveTags = liveTags,
            Contacts = contacts,
            Consents = consents,
            CountedIds = countedIds,
            AnsweredRequests = answeredRequests,
            ContactLog = log,
            PastEvents = reader.ReadPart(format, PastEvents.Read),
            ContactAnswers = format < FirstWithAnswers
                ? AnswersIn(log)
                : reader.ReadPart(format, static (part, _) => ContactAnswers.Read(part)),
            Reservations = format < FirstWithAnswers ? new() : reader.ReadPart(format, static (part, _) => Reservations.Read(part)),
            Holds = format < FirstWithHolds ? new() : reader.ReadPart(format, static (part, _) => ActionHolds.Read(part)),
            Units = format < FirstWithUnits ? new() : reader.ReadPart(format, static (part, _) => KeptUnits.Read(part)),
            Journeys = format < FirstWithJourneys ? new() : reader.ReadPart(format, static (part, _) => CustomerJourneys.Read(part)),
            KeptDecisions = format < FirstWithKeptDecisions ? new() : reader.ReadPart(format, static (part, _) => KeptDecisions.Read(part)),
            CountedAnswers = format < FirstWithKeptDecisions ? new() : reader.ReadPart(format, CountedIds.Read),
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
