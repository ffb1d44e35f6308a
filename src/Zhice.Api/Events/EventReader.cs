using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using FeedbackType = Zhice.V1.FeedbackType;
using LiveFunction = Zhice.Domain.Tags.LiveFunction;
using TagType = Zhice.Domain.Tags.TagType;

namespace Zhice.Api.Events;

/// <summary>Reads an event of the contract against the catalogue.</summary>
internal static class EventReader
{
    public const int MaxEventIdBytes = 128;
    public const int MaxProperties = 64;
    public const int MaxPropertyBytes = 16 * 1024;

    /// <summary>How far back an event may lie.</summary>
    public static readonly TimeSpan Past = CountedIds.Reach;

    /// <summary>How far ahead a clock of a caller, or of another silo, may be.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>The event, or null with everything that is wrong with it in <paramref name="check"/>.</summary>
    public static CustomerEvent? Read(Event customerEvent, Catalog catalog, DecisionKey key, long nowMs, RequestCheck check)
    {
        var before = check.Count;
        check.Id("event_id", customerEvent.EventId, MaxEventIdBytes);
        check.Id("customer_id", customerEvent.CustomerId);
        var atMs = ReadTime(customerEvent, nowMs, check);
        var channel = ReadChannel(customerEvent.ChannelId, catalog, check);
        var (type, answer) = customerEvent.Feedback is { } feedback
            ? ReadFeedback(customerEvent, feedback, catalog, key, nowMs, check)
            : (ReadType(customerEvent.EventTypeId, catalog, check), default);
        var properties = ReadProperties(customerEvent, catalog, type, check);
        return check.Count > before
            ? null
            : new CustomerEvent
            {
                Id = customerEvent.EventId,
                Type = type,
                AtMs = atMs,
                Channel = channel,
                Properties = properties,
                Feedback = (Domain.Primitives.FeedbackType)(customerEvent.Feedback?.Type ?? FeedbackType.Unspecified),
                Decision = answer.Decision,
                Action = answer.Action,
            };
    }

    private static long ReadTime(Event customerEvent, long nowMs, RequestCheck check)
    {
        if (customerEvent.EventTime is null)
        {
            return nowMs;
        }

        var before = check.Count;
        var atMs = check.Instant("event_time", customerEvent.EventTime);
        if (check.Count == before && atMs < nowMs - (long)Past.TotalMilliseconds)
        {
            check.Add("event_time", FieldReasons.OutOfRange, "lies more than 7 days back");
        }
        else if (check.Count == before && atMs > nowMs + (long)Ahead.TotalMilliseconds)
        {
            check.Add("event_time", FieldReasons.OutOfRange, "lies more than 5 minutes ahead");
        }

        return atMs;
    }

    private static ushort ReadChannel(string id, Catalog catalog, RequestCheck check)
    {
        if (id.Length == 0)
        {
            return 0;
        }

        if (catalog.Channels.TryGetValue(id, out var channel))
        {
            return channel.Number;
        }

        check.Unknown("channel_id", "channel", id, catalog.Channels.Keys);
        return 0;
    }

    private static ushort ReadType(string id, Catalog catalog, RequestCheck check)
    {
        if (id.Length == 0)
        {
            check.Add("event_type_id", FieldReasons.Required, "must be set, unless the event is feedback");
        }
        else if (!catalog.EventTypes.TryGetValue(id, out var type))
        {
            check.Unknown("event_type_id", "event type", id, catalog.EventTypes.Keys);
        }
        else
        {
            return type;
        }

        return 0;
    }

    private static (ushort Type, ContactId Answered) ReadFeedback(
        Event customerEvent, Feedback feedback, Catalog catalog, DecisionKey key, long nowMs, RequestCheck check)
    {
        if (customerEvent.EventTypeId.Length > 0)
        {
            check.Add("event_type_id", FieldReasons.NotAllowed, "must be empty for feedback; feedback.type has the kind");
        }

        var type = ReadFeedbackType(feedback.Type, catalog, check);
        if (feedback.DecisionId.Length > 0 == feedback.ContactId.Length > 0)
        {
            check.Add("feedback", FieldReasons.Required, "must have either decision_id or contact_id");
            return (type, default);
        }

        return (type, feedback.DecisionId.Length > 0
            ? ReadDecision(customerEvent, feedback, catalog, key, nowMs, check)
            : ReadContact(customerEvent, feedback, catalog, key, nowMs, check));
    }

    private static ushort ReadFeedbackType(FeedbackType type, Catalog catalog, RequestCheck check)
    {
        if (type == FeedbackType.Unspecified || !Enum.IsDefined(type))
        {
            check.Add("feedback.type", FieldReasons.Required, "must be IMPRESSION, CLICK, ACCEPTANCE or DISMISSAL");
            return 0;
        }

        return catalog.Symbols.Find(SymbolKind.EventType, FormatFeedback(type));
    }

    private static ContactId ReadDecision(
        Event customerEvent, Feedback feedback, Catalog catalog, DecisionKey key, long nowMs, RequestCheck check)
    {
        if (!DecisionId.TryParse(feedback.DecisionId, out var decision))
        {
            check.Add("feedback.decision_id", FieldReasons.Malformed, "is no decision id: 'd' and 32 hexadecimal digits");
        }
        else
        {
            CheckDecision("feedback.decision_id", decision, customerEvent.CustomerId, catalog, key, nowMs, check);
        }

        if (feedback.ActionId.Length == 0)
        {
            check.Add("feedback.action_id", FieldReasons.Required, "must be set with decision_id");
            return default;
        }

        // An answer may come after the action was taken out of the catalogue.
        var action = catalog.Symbols.Find(SymbolKind.Action, feedback.ActionId);
        if (action == 0)
        {
            check.Unknown("feedback.action_id", "action", feedback.ActionId, catalog.ActionsById.Keys);
        }

        return new(decision, action);
    }

    private static ContactId ReadContact(
        Event customerEvent, Feedback feedback, Catalog catalog, DecisionKey key, long nowMs, RequestCheck check)
    {
        if (!ContactId.TryParse(feedback.ContactId, out var contact))
        {
            check.Add("feedback.contact_id", FieldReasons.Malformed, "is no contact id: 'c' and 36 hexadecimal digits");
            return default;
        }

        CheckDecision("feedback.contact_id", contact.Decision, customerEvent.CustomerId, catalog, key, nowMs, check);
        if (catalog.Symbols.FindName(SymbolKind.Action, contact.Action) is not { } actionId)
        {
            check.Add("feedback.contact_id", FieldReasons.UnknownName, "names an action that the catalogue never had");
        }
        else if (feedback.ActionId.Length > 0 && catalog.Symbols.Find(SymbolKind.Action, feedback.ActionId) != contact.Action)
        {
            check.Add(
                "feedback.action_id", FieldReasons.Mismatch,
                $"is '{RequestCheck.Clip(feedback.ActionId)}'; the contact is about '{actionId}'");
        }

        return contact;
    }

    private static void CheckDecision(
        string path, DecisionId decision, string customerId, Catalog catalog, DecisionKey key, long nowMs, RequestCheck check)
    {
        if (key.GetOrigin(decision, customerId, nowMs) == DecisionOrigin.Foreign)
        {
            check.Add(path, FieldReasons.Mismatch, "was not made for this customer");
        }
        else if (decision.DecidedAtMs > nowMs + (long)Ahead.TotalMilliseconds)
        {
            check.Add(path, FieldReasons.OutOfRange, "was made in the future");
        }
        else if (catalog.Symbols.FindName(SymbolKind.Placement, decision.Placement) is null)
        {
            check.Add(path, FieldReasons.UnknownName, "names a placement that the catalogue never had");
        }
    }

    private static ImmutableArray<EventProperty> ReadProperties(Event customerEvent, Catalog catalog, ushort type, RequestCheck check)
    {
        if (customerEvent.Properties.Count == 0)
        {
            return [];
        }

        if (customerEvent.Properties.Count > MaxProperties)
        {
            check.Add(
                "properties", FieldReasons.TooMany, $"has {customerEvent.Properties.Count} entries; at most {MaxProperties} are allowed");
            return [];
        }

        var properties = new EventProperty[customerEvent.Properties.Count];
        var (count, bytes) = (0, 0L);
        foreach (var (name, value) in customerEvent.Properties)
        {
            check.EnterKey("properties", name);
            if (name.Length == 0)
            {
                check.Add("", FieldReasons.Required, "must have a name of 1 to 64 bytes");
            }
            else if (check.Text("", name, RequestCheck.MaxIdBytes) && TryRead(name, value, catalog, type, check, out var read))
            {
                properties[count++] = new(name, read);
            }

            bytes += Encoding.UTF8.GetByteCount(name) + Values.GetByteCount(value);
        }

        check.ExitKey();
        if (bytes > MaxPropertyBytes)
        {
            check.Add("properties", FieldReasons.TooLong, $"have {bytes} bytes together; at most {MaxPropertyBytes} are allowed");
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(properties);
    }

    // A property that a live tag reads must be what the tag can take: the domain adds and keeps it as it is.
    private static bool TryRead(string name, Value value, Catalog catalog, ushort type, RequestCheck check, out TagValue read)
    {
        foreach (var tag in catalog.LiveTagsFedBy(type))
        {
            if (tag.Live!.Property != name)
            {
                continue;
            }

            if (tag.Live.Function != LiveFunction.Sum)
            {
                return Values.TryRead(value, tag, "", check, out read);
            }

            if (value.KindCase is not (Value.KindOneofCase.IntegerValue or Value.KindOneofCase.DecimalValue))
            {
                check.Add("", FieldReasons.WrongType, $"must hold integer_value or decimal_value: live tag '{tag.Id}' sums it");
                read = default;
                return false;
            }
        }

        return Values.TryRead(value, "", check, out read);
    }

    private static string FormatFeedback(FeedbackType type) => type switch
    {
        FeedbackType.Impression => "impression",
        FeedbackType.Click => "click",
        FeedbackType.Acceptance => "acceptance",
        _ => "dismissal",
    };
}
