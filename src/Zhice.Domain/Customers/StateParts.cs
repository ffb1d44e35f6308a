using Zhice.Domain.Contacts;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.Exposures;
using Zhice.Domain.Measurement.Touches;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>The parts of a customer's state, in the order in which they are written.</summary>
internal static class StateParts
{
    public static readonly StatePart<TagSet> Tags = new(0, static (part, _) => TagSet.Read(part));
    public static readonly StatePart<LiveTagSet> LiveTags = new(1, static (part, _) => LiveTagSet.Read(part));
    public static readonly StatePart<ContactHistory> Contacts = new(2, static (part, _) => ContactHistory.Read(part));
    public static readonly StatePart<ConsentSet> Consents = new(3, static (part, _) => ConsentSet.Read(part));
    public static readonly StatePart<CountedIds> CountedIds = new(4, Domain.Customers.CountedIds.Read);
    public static readonly StatePart<AnsweredRequests> AnsweredRequests = new(5, Domain.Customers.AnsweredRequests.Read);
    public static readonly StatePart<ContactLog> ContactLog = new(6, Domain.Customers.ContactLog.Read);
    public static readonly StatePart<PastEvents> PastEvents = new(7, Domain.Customers.PastEvents.Read);
    public static readonly StatePart<ContactAnswers> ContactAnswers = new(8, static (part, _) => Domain.Contacts.ContactAnswers.Read(part));
    public static readonly StatePart<Reservations> Reservations = new(9, static (part, _) => Domain.Contacts.Reservations.Read(part));
    public static readonly StatePart<ActionHolds> Holds = new(10, static (part, _) => ActionHolds.Read(part));
    public static readonly StatePart<KeptUnits> Units = new(11, static (part, _) => KeptUnits.Read(part));
    public static readonly StatePart<CustomerJourneys> Journeys = new(12, static (part, _) => CustomerJourneys.Read(part));
    public static readonly StatePart<KeptDecisions> KeptDecisions = new(13, static (part, _) => Domain.Learning.KeptDecisions.Read(part));
    public static readonly StatePart<CountedIds> CountedAnswers = new(14, Domain.Customers.CountedIds.Read);

    // 15 has the contacts of journeys' stages, apart from the journeys.
    public const int StageContacts = 15;

    public static readonly StatePart<KeptTouches> Touches = new(16, static (part, _) => new KeptTouches().Read(part));
    public static readonly StatePart<KeptExposures> Exposures = new(17, static (part, _) => new KeptExposures().Read(part));
}
