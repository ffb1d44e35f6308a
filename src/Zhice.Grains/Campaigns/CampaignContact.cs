using System.Text;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Grains.Stocks;

namespace Zhice.Grains.Campaigns;

/// <summary>Puts a contact into a customer's next state: its count or its slot, its row in the ledger, its message.</summary>
internal static class CampaignContact
{
    // In the answer that a repeat of the turn gets.
    private const string HeldOutMark = "holdout";

    /// <summary>What a turn is called in counts.</summary>
    public static ContactResult ToResult(in EvaluationVerdict turn) => turn.Outcome switch
    {
        EvaluationOutcome.Contacted or EvaluationOutcome.Holdout =>
            new(turn.Outcome, ReasonCode.Offered, "", turn.Choice!.Placement.Id, turn.Arm?.Id ?? ""),
        EvaluationOutcome.Blocked => new(EvaluationOutcome.Blocked, turn.Reason, turn.RuleId, "", ""),
        var other => ContactResult.From(other) with { OpensAtMs = turn.OpensAtMs ?? 0 },
    };

    /// <summary>By what a customer is contacted once in a run.</summary>
    public static string GetIdempotencyKey(string campaignId, long run) => $"{campaignId}/{run}";

    /// <summary>The id by which the ledger knows a contact: a second of it is refused.</summary>
    public static string GetLedgerId(string idempotencyKey, string customerId) => $"{idempotencyKey}/{customerId}";

    /// <summary>Adds the contact; false, and nothing is to be committed, when the customer has no room for one more.</summary>
    /// <param name="next">The customer's next state.</param>
    /// <param name="turn">A turn that comes to a contact.</param>
    /// <param name="plan">The campaign.</param>
    /// <param name="customerId">Who.</param>
    /// <param name="idempotencyKey">By what the customer is contacted once: the campaign and its
    /// run, or the campaign and the event.</param>
    /// <param name="units">The unit of stock that it takes, if any.</param>
    /// <param name="window">How long after it an answer teaches.</param>
    /// <param name="sinceMs">Before when the customer cannot have been contacted for it, unix milliseconds; 0: not known.</param>
    /// <param name="nowMs">Now, unix milliseconds. The decision may be made for later: the contact
    /// waits until then, and counts as of then.</param>
    public static bool TryAdd(
        CustomerState next, in EvaluationVerdict turn, CampaignPlan plan, string customerId, string idempotencyKey, StockReservation units,
        AttributionWindow window, long sinceMs, long nowMs)
    {
        var (order, catalog, availableAtMs) = (plan.Order, plan.Catalog, turn.Decision!.Id.DecidedAtMs);
        var (placement, channelId) = (turn.Choice!.Placement, turn.Choice.ChannelId);

        // A contact does not outlive the grant that it needs.
        var consentEndsAtMs = catalog.ContactPolicy.ConsentEndsAtMs(next.Consents, placement.Channel, plan.Action.Purpose);
        var expiresAtMs = Math.Min(Math.Min(order.EndsAtMs, availableAtMs + order.ContactExpiryMs), consentEndsAtMs);
        var contact = new ContactId(turn.Decision.Id, plan.Action.Number);
        var treatment = (byte)Math.Max(0, turn.Choice.Candidate.Treatments.IndexOf(turn.Treatment!));
        if (placement.CountsAtDecision)
        {
            EventRecording.CountContact(next, contact, availableAtMs, catalog, treatment);
        }
        else if (!EventRecording.HoldContact(next, contact, expiresAtMs, catalog, treatment, nowMs))
        {
            return false;
        }

        next.KeptDecisions.Keep(turn.Decision.ToKept(), nowMs, window);
        var message = new ContactMessage(
            contact, customerId, channelId, placement.Id, order.CampaignId, plan.Action.Id, turn.Treatment!.Id, turn.Treatment.Content,
            nowMs, expiresAtMs)
        {
            Purpose = plan.Action.Purpose,
            Lesson = Exposure.TaughtWhenSent(next, contact, catalog, nowMs),
            Origin = order.Origin,
            ArmId = turn.Arm?.Id ?? "",
            Tier = FactRecording.GetTier(next, catalog, nowMs),
        };
        var effects = next.Effects ??= new();
        effects.Count(new(GetLedgerId(idempotencyKey, customerId), availableAtMs) { SinceMs = sinceMs });
        var outbound = message.ToOutbound(availableAtMs, catalog.Calendar.GetDay(nowMs));
        effects.Send(outbound);
        FactRecording.Touch(next, new(contact, availableAtMs, outbound.GroupId), fact: null, nowMs);
        units.AddTo(next, expiresAtMs);
        return true;
    }

    /// <summary>Records that the campaign's holdout keeps the customer out, so that what the customer does then can be compared.</summary>
    /// <param name="next">The customer's next state.</param>
    /// <param name="turn">A turn that comes to a holdout.</param>
    /// <param name="plan">The campaign.</param>
    /// <param name="ledgerId">The id by which it counts once.</param>
    /// <param name="sinceMs">Before when it cannot have been counted, unix milliseconds; 0: not known.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    public static void HoldOut(CustomerState next, in EvaluationVerdict turn, CampaignPlan plan, string ledgerId, long sinceMs, long nowMs)
    {
        var (catalog, choice, decision) = (plan.Catalog, turn.Choice!, turn.Decision!.Id);
        var contact = new ContactId(decision, plan.Action.Number);
        var group = new FactGroup
        {
            Campaign = plan.Order.CampaignId, Journey = plan.Order.Origin?.JourneyId ?? "", Stage = plan.Order.Origin?.StageId ?? "",
            Action = plan.Action.Id,
            Channel = choice.ChannelId, Placement = choice.Placement.Id, Treatment = turn.Treatment!.Id, Arm = turn.Arm?.Id ?? "",
            Tier = FactRecording.GetTier(next, catalog, nowMs),
        };
        var fact = Fact.Of(FactKind.HeldOut, contact.ToString(), nowMs, catalog.Calendar.GetDay(nowMs), group);
        (next.Effects ??= new()).Count(new(ledgerId, decision.DecidedAtMs) { SinceMs = sinceMs });
        FactRecording.Touch(next, new(contact, decision.DecidedAtMs, fact.GroupId, IsHeldOut: true), fact, nowMs);
    }

    /// <summary>What a turn is called whose contact finds no room.</summary>
    public static ContactResult NoRoom { get; } = new(EvaluationOutcome.Blocked, ReasonCode.CapReached, "contacts under way", "", "");

    /// <summary>The answer that a repeat of the turn gets.</summary>
    public static byte[] ToBytes(ContactResult kind) =>
        Encoding.UTF8.GetBytes(
            kind.Outcome == EvaluationOutcome.Holdout
                ? $"{kind.PlacementId}\n{kind.ArmId}\n{HeldOutMark}"
                : $"{kind.PlacementId}\n{kind.ArmId}");

    /// <summary>Reads the answer back.</summary>
    public static ContactResult FromBytes(byte[] answer)
    {
        var parts = Encoding.UTF8.GetString(answer).Split('\n');
        return new(
            parts.ElementAtOrDefault(2) == HeldOutMark ? EvaluationOutcome.Holdout : EvaluationOutcome.Contacted, ReasonCode.Offered, "",
            parts[0],
            parts.ElementAtOrDefault(1) ?? "");
    }
}
