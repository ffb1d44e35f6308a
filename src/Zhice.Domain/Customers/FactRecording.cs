using Zhice.Domain.Catalogs;
using Zhice.Domain.Journeys;
using Zhice.Domain.Measurement.Exposures;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Touches;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>The facts that a change of a customer makes true; they are recorded in the change's own commit.</summary>
public static class FactRecording
{
    /// <summary>The property of an outcome's event that names the contact that led to it.</summary>
    public const string ContactProperty = "contact_id";

    /// <summary>The property of an outcome's event that names the decision that led to it.</summary>
    public const string DecisionProperty = "decision_id";

    // 100 billion yuan: sums of such amounts stay within 64 bits.
    private const long MaxFen = 10_000_000_000_000;

    /// <summary>Keeps a touch of the customer, and records what it is.</summary>
    /// <param name="state">A state that may be changed.</param>
    /// <param name="touch">The touch.</param>
    /// <param name="fact">The fact; null where another effect of the commit records it.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    public static void Touch(CustomerState state, KeptTouch touch, Fact? fact, long nowMs)
    {
        state.Touches.Keep(touch, nowMs);
        if (fact is { } recorded)
        {
            (state.Effects ??= new()).Record(recorded);
        }
    }

    /// <summary>Records how a customer answered a contact or an offer. An offer that nobody counted becomes a touch by it.</summary>
    public static void Answer(CustomerState state, CustomerEvent answer, Catalog catalog, long nowMs)
    {
        var id = new ContactId(answer.Decision, answer.Action);
        var kind = answer.Feedback switch
        {
            FeedbackType.Impression => FactKind.Seen,
            FeedbackType.Click => FactKind.Clicked,
            FeedbackType.Acceptance => FactKind.Accepted,
            _ => FactKind.Dismissed,
        };
        var fact = Create(state, kind, id, answer.AtMs, catalog, 0, arm: answer.ContrastArm);
        Touch(state, new(id, answer.AtMs, fact.GroupId), fact, nowMs);
    }

    /// <summary>Records what a receipt reports, apart from answers.</summary>
    /// <param name="state">A state that may be changed.</param>
    /// <param name="id">The contact.</param>
    /// <param name="outcome">What is reported.</param>
    /// <param name="atMs">When, unix milliseconds.</param>
    /// <param name="campaignId">The campaign that sent it, as the receipt says; empty for none.</param>
    /// <param name="catalog">The catalogue in force.</param>
    public static void Receipt(CustomerState state, ContactId id, DeliveryOutcome outcome, long atMs, string campaignId, Catalog catalog)
    {
        FactKind? kind = outcome switch
        {
            DeliveryOutcome.Delivered => FactKind.Delivered,
            DeliveryOutcome.Failed or DeliveryOutcome.Bounced => FactKind.NotArrived,
            DeliveryOutcome.Unsubscribed or DeliveryOutcome.Complained => FactKind.Refused,
            _ => null,
        };
        if (kind is { } recorded)
        {
            (state.Effects ??= new()).Record(
                Create(state, recorded, id, atMs, catalog, recorded == FactKind.Delivered ? 0 : (int)outcome, campaignId));
        }
    }

    /// <summary>
    /// Records the outcomes that an event is: each is booked once, on the contact or decision that the event names, else on the last touch
    /// within its window; and for the lift it follows each touch within its window, also those of campaigns that held the customer out.
    /// </summary>
    public static void Outcomes(CustomerState state, CustomerEvent customerEvent, Catalog catalog)
    {
        foreach (var outcome in catalog.OutcomesOf(customerEvent.Type))
        {
            var (day, fen) = (catalog.Calendar.GetDay(customerEvent.AtMs), FindFen(customerEvent, outcome) ?? 0);
            var booked = FindBooked(state.Touches, customerEvent, outcome);
            var fact = booked is { } touch
                ? new Fact(FactKind.Outcome, customerEvent.Id, customerEvent.AtMs, day, touch.GroupId) { About = touch.Id.ToString() }
                : Fact.Of(
                    FactKind.Outcome, customerEvent.Id, customerEvent.AtMs, day,
                    new() { EventType = GetName(catalog, SymbolKind.EventType, customerEvent.Type) });
            var effects = state.Effects ??= new();
            effects.Record(fact with { Code = outcome.Number, AmountFen = fen, Rank = (int)GetBasis(customerEvent) });
            for (var i = 0; i < state.Touches.All.Length; i++)
            {
                var followed = state.Touches.All[i];
                if (outcome.IsOf(followed.Id.Action) && outcome.Follows(followed.AtMs, customerEvent.AtMs))
                {
                    effects.Record(new(GetKind(followed, outcome), customerEvent.Id, customerEvent.AtMs, day, followed.GroupId)
                    {
                        Code = outcome.Number, AmountFen = fen, About = followed.Id.ToString(),
                    });
                    state.Touches.Follow(i, outcome.Number);
                }
            }

            FollowExposures(state, customerEvent, outcome, catalog, fen);
        }
    }

    /// <summary>
    /// How many outcomes an event is whose amount cannot be read, as the property is missing or no number: they count with 0 fen.
    /// </summary>
    public static int CountWithoutAmount(CustomerEvent customerEvent, Catalog catalog)
    {
        var count = 0;
        foreach (var outcome in catalog.OutcomesOf(customerEvent.Type))
        {
            count += outcome.AmountProperty.Length > 0 && FindFen(customerEvent, outcome) is null ? 1 : 0;
        }

        return count;
    }

    /// <summary>Records a move in a journey.</summary>
    public static void Moved(CustomerState state, in JourneyMove move, Catalog catalog)
    {
        var (journey, stage) = (GetName(catalog, SymbolKind.Journey, move.Journey), GetName(catalog, SymbolKind.Stage, move.To));
        var definition = move.Arm == 0 ? null : catalog.Journeys.Newest(move.Journey);
        var group = new FactGroup
        {
            Journey = journey,
            Stage = stage[(stage.IndexOf('/', StringComparison.Ordinal) + 1)..],
            Arm = definition is { Experiment: >= 0 } && catalog.Experiments[definition.Experiment].Arms is var arms
                && move.Arm <= arms.Length
                ? arms[move.Arm - 1].Id
                : "",
            EventType = GetName(catalog, SymbolKind.EventType, move.EventType),
        };
        (state.Effects ??= new()).Record(
            Fact.Of(FactKind.Moved, "", move.AtMs, catalog.Calendar.GetDay(move.AtMs), group) with { Code = (int)move.Cause });
    }

    /// <summary>The names by which an offer is measured that no campaign made.</summary>
    public static FactGroup GetGroup(ContactId id, string treatmentId, Catalog catalog) => new()
    {
        Action = GetName(catalog, SymbolKind.Action, id.Action),
        Placement = GetName(catalog, SymbolKind.Placement, id.Decision.Placement),
        Channel = GetName(catalog, SymbolKind.Channel, catalog.GetChannel(id.Decision.Placement)),
        Treatment = treatmentId,
    };

    /// <summary>The customer's tier; empty where the catalogue names no tag for it, or the customer has none.</summary>
    public static string GetTier(CustomerState state, Catalog catalog, long nowMs) =>
        catalog.Tag(catalog.TierTag) is { } tag && state.Tags.TryGet(tag, nowMs, out var bits) ? TagText.Format(tag, bits) : "";

    // All outcomes of a customer count for an experiment, whatever their actions: its arms may differ in any of them.
    private static void FollowExposures(CustomerState state, CustomerEvent customerEvent, OutcomeDefinition outcome, Catalog catalog, long fen)
    {
        var day = catalog.Calendar.GetDay(customerEvent.AtMs);
        for (var i = 0; i < state.Exposures.All.Length; i++)
        {
            var exposure = state.Exposures.All[i];
            if (outcome.Follows(exposure.AtMs, customerEvent.AtMs) && !IsPromoted(exposure, catalog))
            {
                var kind = exposure.IsFollowedBy(outcome.Number) ? FactKind.ConvertedAgain : FactKind.Converted;
                (state.Effects ??= new()).Record(new(kind, customerEvent.Id, customerEvent.AtMs, day, exposure.GroupId)
                {
                    Code = outcome.Number, AmountFen = fen, About = exposure.Key,
                });
                state.Exposures.Follow(i, outcome.Number);
            }
        }
    }

    // All of its customers have one arm by now: what they do tells nothing of the others.
    private static bool IsPromoted(in KeptExposure exposure, Catalog catalog)
    {
        foreach (var experiment in catalog.Experiments)
        {
            if (experiment.Key == exposure.Experiment)
            {
                return experiment.Promoted != 0;
            }
        }

        return false;
    }

    private static Fact Create(
        CustomerState state, FactKind kind, ContactId id, long atMs, Catalog catalog, int code, string campaignId = "",
        string arm = "")
    {
        var (key, day) = (id.ToString(), catalog.Calendar.GetDay(atMs));
        return state.Touches.Find(id) is { } touch
            ? new Fact(kind, key, atMs, day, touch.GroupId) { Code = code }
            : Fact.Of(kind, key, atMs, day, GetGroup(id, "", catalog) with { Campaign = campaignId, Arm = arm }) with { Code = code };
    }

    private static BookedBy GetBasis(CustomerEvent customerEvent) =>
        GetText(customerEvent, ContactProperty).Length > 0 ? BookedBy.Contact
        : GetText(customerEvent, DecisionProperty).Length > 0 ? BookedBy.Decision
        : BookedBy.LastTouch;

    private static KeptTouch? FindBooked(KeptTouches touches, CustomerEvent customerEvent, OutcomeDefinition outcome)
    {
        KeptTouch? last = null;
        var (contact, decision) = (GetText(customerEvent, ContactProperty), GetText(customerEvent, DecisionProperty));
        foreach (ref readonly var touch in touches.All)
        {
            var isMeant = contact.Length > 0 ? touch.Id.ToString() == contact
                : decision.Length > 0 ? touch.Id.Decision.ToString() == decision
                : outcome.IsOf(touch.Id.Action) && outcome.Follows(touch.AtMs, customerEvent.AtMs);
            if (isMeant && !touch.IsHeldOut && !touch.IsVoid && (last is null || touch.AtMs >= last.Value.AtMs))
            {
                last = touch;
            }
        }

        return last;
    }

    private static FactKind GetKind(in KeptTouch touch, OutcomeDefinition outcome) => (
        touch.IsHeldOut, touch.IsFollowedBy(outcome.Number)) switch
    {
        (false, false) => FactKind.Converted,
        (false, true) => FactKind.ConvertedAgain,
        (true, false) => FactKind.HeldOutConverted,
        (true, true) => FactKind.HeldOutConvertedAgain,
    };

    // Half a fen is rounded away from 0.
    private static long? FindFen(CustomerEvent customerEvent, OutcomeDefinition outcome)
    {
        foreach (var property in customerEvent.Properties)
        {
            if (outcome.AmountProperty.Length > 0 && property.Name == outcome.AmountProperty)
            {
                Int128? fen = property.Value.Type switch
                {
                    TagType.Integer => (Int128)property.Value.Bits * 100,
                    TagType.Decimal => (Int128)Math.Round(property.Value.Bits * 100m / Decimal4.Scale, MidpointRounding.AwayFromZero),
                    _ => null,
                };
                return fen is { } known ? (long)Int128.Clamp(known, -MaxFen, MaxFen) : null;
            }
        }

        return null;
    }

    private static string GetText(CustomerEvent customerEvent, string name)
    {
        foreach (var property in customerEvent.Properties)
        {
            if (property.Name == name && property.Value.Type == TagType.String)
            {
                return property.Value.Text ?? "";
            }
        }

        return "";
    }

    private static string GetName(Catalog catalog, SymbolKind kind, ushort number) => catalog.Symbols.FindName(kind, number) ?? "";
}
