using Google.Protobuf.Collections;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Catalogs.Journeys;
using Zhice.Contracts.Customers;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.V1;
using CapScope = Zhice.Domain.Contacts.CapScope;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using ActionHold = Zhice.V1.ActionHold;
using HandOffService = Zhice.Api.HandOffs.HandOffService;
using PastEvent = Zhice.V1.PastEvent;
using ConsentSource = Zhice.V1.ConsentSource;
using Purpose = Zhice.V1.Purpose;
using TagDefinition = Zhice.Domain.Tags.TagDefinition;

namespace Zhice.Api.Customers;

/// <summary>A customer's state as the contract shows it. What this catalogue no longer names is left out.</summary>
internal static class CustomerMap
{
    public static Customer ToCustomer(string customerId, CustomerRecord record, Catalog catalog, long nowMs, Roles roles)
    {
        var customer = new Customer { CustomerId = customerId, Version = record.Version };
        AddTags(customer.Tags, record.State, catalog, nowMs, roles);
        AddLiveTags(customer.Tags, record.State, catalog, nowMs, roles);
        AddCounters(customer.ContactCounters, record.State, catalog, nowMs);
        AddConsents(customer.Consents, record.State, catalog);
        AddEvents(customer.LastEvents, record.State, catalog);
        AddHolds(customer.Holds, record.State, catalog, nowMs);
        AddJourneys(customer.Journeys, record.State, catalog);
        return customer;
    }

    private static void AddJourneys(RepeatedField<CustomerJourney> journeys, CustomerState state, Catalog catalog)
    {
        foreach (ref readonly var place in state.Journeys.Places)
        {
            journeys.Add(new CustomerJourney
            {
                JourneyId = catalog.Symbols.FindName(SymbolKind.Journey, place.Journey) ?? "",
                StageId = JourneyReports.GetStageId(place.Stage, catalog),
                EnterTime = Values.ToTimestamp(place.SinceMs),
            });
        }
    }

    private static void AddHolds(RepeatedField<ActionHold> holds, CustomerState state, Catalog catalog, long nowMs)
    {
        foreach (ref readonly var hold in state.Holds.All)
        {
            if (hold.ExpiresAtMs > nowMs && catalog.Action(hold.Contact.Action) is { } action
                && catalog.Symbols.FindName(SymbolKind.Channel, hold.Channel) is { } channelId)
            {
                holds.Add(HandOffService.Show(hold, action.Id, channelId));
            }
        }
    }

    private static void AddTags(RepeatedField<Tag> tags, CustomerState state, Catalog catalog, long nowMs, Roles roles)
    {
        foreach (var entry in state.Tags)
        {
            if (catalog.Tag(entry.Tag) is not { Live: null } tag
                || tag.GetEnd(entry.WrittenAtMs, entry.ExpiresAtMs) is var end && end <= nowMs
                || TagVisibility.Find(roles, tag) is var visibility && visibility == Visibility.Hidden)
            {
                continue;
            }

            tags.Add(new Tag
            {
                TagId = tag.Id,
                Value = Show(visibility, tag, entry.Bits, entry.Text),
                Level = tag.Protection.Level,
                Purpose = tag.Protection.Purpose,
                Source = FormatSource(entry.Source),
                UpdateTime = Values.ToTimestamp(entry.WrittenAtMs),
                ExpireTime = end == long.MaxValue ? null : Values.ToTimestamp(end),
            });
        }
    }

    private static void AddLiveTags(RepeatedField<Tag> tags, CustomerState state, Catalog catalog, long nowMs, Roles roles)
    {
        var bankDay = catalog.Calendar.GetDay(nowMs);
        foreach (var tag in catalog.LiveTags)
        {
            string? text = null;
            var bits = 0L;
            var has = tag.Type == Domain.Tags.TagType.String
                ? state.LiveTags.TryGetText(tag.Live!, nowMs, out text)
                : state.LiveTags.TryGet(tag.Live!, nowMs, bankDay, out bits);
            if (has && TagVisibility.Find(roles, tag) is var visibility && visibility != Visibility.Hidden)
            {
                tags.Add(new Tag
                {
                    TagId = tag.Id, Value = Show(visibility, tag, bits, text), Source = FormatSource(TagSource.Event), Live = true,
                    Level = tag.Protection.Level,
                    Purpose = tag.Protection.Purpose,
                });
            }
        }
    }

    private static V1.Value Show(Visibility visibility, TagDefinition tag, long bits, string? text) =>
        visibility == Visibility.Clear ? Values.Show(tag, bits, text) : new V1.Value { StringValue = Values.Mask };

    private static void AddCounters(RepeatedField<ContactCounter> counters, CustomerState state, Catalog catalog, long nowMs)
    {
        foreach (var use in catalog.ContactPolicy.Uses(state.ContactState, nowMs))
        {
            counters.Add(new ContactCounter
            {
                CapId = use.Cap.Id,
                ScopeId = ScopeId(use.Cap.Scope, use.ScopeNumber, catalog),
                Limit = use.Cap.Limit,
                Used = use.Used,
                Remaining = use.Remaining,
                NextFreeTime = use.NextFreeMs == 0 ? null : Values.ToTimestamp(use.NextFreeMs),
            });
        }
    }

    private static void AddConsents(RepeatedField<Consent> consents, CustomerState state, Catalog catalog)
    {
        foreach (var entry in state.Consents.Entries)
        {
            consents.Add(new Consent
            {
                ChannelId = Name(SymbolKind.Channel, entry.Channel, catalog),
                Purpose = (Purpose)entry.Purpose,
                Granted = entry.IsGranted,
                UpdateTime = Values.ToTimestamp(entry.AtMs),
                Source = (ConsentSource)entry.Source,
            });
        }
    }

    private static void AddEvents(RepeatedField<PastEvent> events, CustomerState state, Catalog catalog)
    {
        // The sort is stable: of events of the same instant the one recorded last comes first.
        foreach (var past in state.PastEvents.Events.Reverse().OrderByDescending(past => past.AtMs))
        {
            events.Add(new PastEvent
            {
                EventTypeId = Name(SymbolKind.EventType, past.Type, catalog),
                EventTime = Values.ToTimestamp(past.AtMs),
                ChannelId = Name(SymbolKind.Channel, past.Channel, catalog),
            });
        }
    }

    private static string ScopeId(CapScope scope, ushort number, Catalog catalog) => scope switch
    {
        CapScope.Channel => Name(SymbolKind.Channel, number, catalog),
        CapScope.Category => Name(SymbolKind.Category, number, catalog),
        CapScope.Action => Name(SymbolKind.Action, number, catalog),
        CapScope.Treatment => Name(SymbolKind.Treatment, number, catalog),
        _ => "",
    };

    private static string Name(SymbolKind kind, ushort number, Catalog catalog) => catalog.Symbols.FindName(kind, number) ?? "";

    private static string FormatSource(TagSource source) => source switch
    {
        TagSource.Import => "import",
        TagSource.Api => "api",
        TagSource.Event => "event",
        TagSource.Journey => "journey",
        _ => "",
    };
}
