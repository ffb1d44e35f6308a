using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Deliveries;

/// <summary>What becomes of a dead letter that is to be sent again.</summary>
/// <param name="Refusal">How it would end if it was sent; 0 when it may go.</param>
/// <param name="AvailableAtMs">Of one that may go: from when on, unix milliseconds.</param>
/// <param name="Treatment">Of one that may go: how it is shown, by its place among the treatments that fit the placement.</param>
public readonly record struct ResendVerdict(DeliveryOutcome Refusal, long AvailableAtMs = 0, byte Treatment = 0)
{
    /// <summary>Of one that is refused: what a decision says of it; offered where it is not asked.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>Of one that is refused: the rule or cap that decided; empty for none.</summary>
    public string RuleId { get => field ?? ""; init; }

    /// <summary>It may not be said.</summary>
    public static ResendVerdict Refused(DeliveryOutcome refusal, ReasonCode reason = ReasonCode.Offered, string ruleId = "") =>
        new(refusal) { Reason = reason, RuleId = ruleId };
}

/// <summary>
/// Judges a dead letter that is to be sent again. It gave back what it had taken, so all that a new contact is asked is asked
/// again: the hand-over's questions, rules, caps and stock. Quiet hours only put it off.
/// </summary>
public static class Resending
{
    /// <summary>Judges it.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="customer">The customer.</param>
    /// <param name="models">What estimates how likely an acceptance is.</param>
    /// <param name="stock">What is left of the actions that have a stock.</param>
    public static ResendVerdict Judge(
        in AskedContact contact, in CustomerView customer, IPropensities models, IStockLevels stock)
    {
        var (catalog, nowMs) = (customer.Catalog, customer.NowMs);
        var handOver = HandOver.Judge(contact, customer.Id, catalog, nowMs);
        if (handOver.Answer == HandOverAnswer.Void)
        {
            return ResendVerdict.Refused(handOver.Outcome);
        }

        if (handOver.Answer == HandOverAnswer.Waits && handOver.HeldBy != HandOver.QuietHours)
        {
            return ResendVerdict.Refused(DeliveryOutcome.VoidPolicy, ReasonCode.Stopped, handOver.HeldBy);
        }

        var availableAtMs = handOver.Answer == HandOverAnswer.Waits ? handOver.UntilMs : nowMs;
        if (availableAtMs >= contact.ExpiresAtMs)
        {
            return ResendVerdict.Refused(DeliveryOutcome.VoidPolicy, ReasonCode.QuietHours);
        }

        var then = customer.At(availableAtMs);
        var (placement, number) = (catalog.Placement(contact.Id.Decision.Placement), contact.Id.Action);
        if (placement?.Candidates.FirstOrDefault(each => each.Action.Number == number) is not { } candidate)
        {
            // A notice that has left the catalogue is bound by nothing, and takes nothing.
            return catalog.Action(number)?.Purpose is null or Purpose.Marketing && contact.Purpose is 0 or Purpose.Marketing
                ? ResendVerdict.Refused(DeliveryOutcome.VoidRemoved)
                : new(0, availableAtMs);
        }

        if (HandOver.Judge(contact.Id, then, contact.Origin) is { Answer: HandOverAnswer.Void } told)
        {
            return ResendVerdict.Refused(told.Outcome);
        }

        // Its own treatment is what caps of treatments count; one whose arm chose it may be gone from the catalogue.
        var (actionId, shown) = (contact.ActionId, contact.TreatmentId);
        var treatment = candidate.Treatments.FirstOrDefault(each => TreatmentNames.IsMeant(each, actionId, shown, catalog));
        var asked = treatment is null ? candidate : candidate with { Treatments = [treatment] };
        var verdict = Decider.DecideAlone(contact.Id.Decision, then, placement, asked, models, stock).Verdicts[0];
        return verdict.Reason switch
        {
            ReasonCode.Offered =>
                new(0, availableAtMs, (byte)(treatment is null ? verdict.Treatment : candidate.Treatments.IndexOf(treatment))),
            ReasonCode.Consent => ResendVerdict.Refused(DeliveryOutcome.VoidConsent, verdict.Reason),
            ReasonCode.Held => ResendVerdict.Refused(DeliveryOutcome.VoidHeld, verdict.Reason),
            ReasonCode.OutOfSeason => ResendVerdict.Refused(DeliveryOutcome.VoidSeason, verdict.Reason),
            var reason => ResendVerdict.Refused(DeliveryOutcome.VoidPolicy, reason, AccessSource.GetName(verdict, asked, catalog)),
        };
    }
}
