using System.Globalization;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.HandOffs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.HandOffs;

/// <summary>Puts an agent's hold, and the task with which a customer is handed over, into the customer's next state.</summary>
internal static class AgentHolds
{
    /// <summary>Lets the agent hold the action; only when it is held, the state is to be committed.</summary>
    /// <param name="next">The customer's next state.</param>
    /// <param name="order">What is held.</param>
    /// <param name="customerId">Who.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="key">What signs the id of the agent's contact.</param>
    /// <param name="window">How long after it an answer teaches.</param>
    public static HoldAnswer Hold(
        CustomerState next, HoldRequest order, string customerId, Catalog catalog, long nowMs, DecisionKey key, AttributionWindow window)
    {
        if (!catalog.Placements.TryGetValue(order.PlacementId, out var placement)
            || catalog.Actions.FirstOrDefault(action => action.Id == order.ActionId) is not { } action)
        {
            return new(HoldResult.NotOffered);
        }

        if (next.Holds.Find(action.Number, nowMs) is { } before && before.Owner != order.Owner)
        {
            return new(HoldResult.HeldByOther, before.Contact, before.Owner, before.ExpiresAtMs);
        }

        // Before anything is sent: a task without a hold would leave the customer to other channels.
        if (!next.Holds.HasRoomFor(action.Number, nowMs))
        {
            return new(HoldResult.NoRoom);
        }

        var contact = new ContactId(key.Create(nowMs, placement.Number, customerId), action.Number);
        Keep(next, contact, placement, catalog, nowMs, window);
        if (order.TaskKind.Length > 0)
        {
            // A task is a contact of its own, also when its owner held the action before.
            if (next.Holds.Find(action.Number, nowMs) is { } own)
            {
                next.Holds.End(own.Contact);
            }

            if (!TrySend(next, contact, order, customerId, placement, catalog, nowMs))
            {
                return new(HoldResult.NotOffered);
            }
        }

        return next.Holds.TryHold(new(contact, placement.Channel, order.Owner, order.ExpiresAtMs), nowMs) is { } hold
            ? new(HoldResult.Held, hold.Contact, hold.Owner, hold.ExpiresAtMs)
            : new(HoldResult.NoRoom);
    }

    /// <summary>The answer that a repeat of the order gets.</summary>
    public static byte[] ToBytes(HoldAnswer answer) =>
        System.Text.Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{answer.Contact}\n{answer.ExpiresAtMs}\n{answer.Owner}"));

    /// <summary>Reads the answer back.</summary>
    public static HoldAnswer FromBytes(byte[] bytes)
    {
        var parts = System.Text.Encoding.UTF8.GetString(bytes).Split('\n', 3);
        return ContactId.TryParse(parts[0], out var contact)
            ? new(HoldResult.Held, contact, parts[2], long.Parse(parts[1], CultureInfo.InvariantCulture))
            : new(HoldResult.RequestIdReused);
    }

    // An agent's contact is a decision of its own: what the models see of the customer at it is kept, as far as it may be used.
    private static void Keep(
        CustomerState next, ContactId contact, Placement placement, Catalog catalog, long nowMs, AttributionWindow window)
    {
        var isPersonalized = next.Consents.Allows(channel: 0, Purpose.Personalization);
        Span<uint> features = stackalloc uint[FeatureVector.MaxLength];
        features = features[..FeatureVector.Fill(new CustomerView(next, catalog, [], nowMs, isPersonalized), placement, features)];
        features.Sort();
        next.KeptDecisions.Keep(new(contact.Decision, isPersonalized, [new(contact.Action, 0, 0)], [.. features]), nowMs, window);
    }

    private static bool TrySend(
        CustomerState next, ContactId contact, HoldRequest order, string customerId, Placement placement, Catalog catalog, long nowMs)
    {
        if (placement.Candidates.FirstOrDefault(candidate => candidate.Action.Number == contact.Action) is not { } candidate)
        {
            return false;
        }

        EventRecording.CountContact(next, contact, nowMs, catalog);
        var treatment = candidate.Treatments[0];
        var channel = catalog.Channels.Values.First(each => each.Number == placement.Channel).Id;
        var message = new ContactMessage(
            contact, customerId, channel, placement.Id, "", candidate.Action.Id, treatment.Id, treatment.Content, nowMs, order.ExpiresAtMs)
        {
            Purpose = candidate.Action.Purpose,
            Task = new(order.TaskKind, order.Owner, order.ExpiresAtMs, order.Note),
            Lesson = Exposure.TaughtWhenSent(next, contact, catalog, nowMs),
            Tier = FactRecording.GetTier(next, catalog, nowMs),
        };
        var effects = next.Effects ??= new();
        effects.Count(new(contact.ToString(), nowMs));
        var outbound = message.ToOutbound(nowMs, catalog.Calendar.GetDay(nowMs));
        effects.Send(outbound);
        FactRecording.Touch(next, new(contact, nowMs, outbound.GroupId), fact: null, nowMs);
        return true;
    }
}
