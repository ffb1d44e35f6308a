using Orleans;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Campaigns;

/// <summary>What comes of a campaign for one customer. The numbers are stored.</summary>
[GenerateSerializer, Alias("zhice.turn-outcome")]
public enum EvaluationOutcome : byte
{
    /// <summary>The customer is contacted, now or earlier in the same run.</summary>
    Contacted = 1,

    /// <summary>The customer would be contacted and is kept out, to measure the lift.</summary>
    Holdout = 2,

    /// <summary>The customer may not be contacted.</summary>
    Blocked = 3,

    /// <summary>It is not the time: the customer is to be asked again.</summary>
    NotNow = 4,

    /// <summary>The customer could not be reached after many tries.</summary>
    Failed = 5,

    /// <summary>The event that would have triggered the contact was too old when it came.</summary>
    TooOld = 6,
}

/// <summary>One customer's turn in a campaign: everything is checked again, by the code that decides everything else.</summary>
public static class CampaignJudging
{
    /// <summary>Judges a customer as at the view's instant.</summary>
    /// <param name="plan">What the campaign asks.</param>
    /// <param name="customer">The customer, by the plan's catalogue.</param>
    /// <param name="models">What estimates how likely an acceptance is.</param>
    /// <param name="stock">What is left of the actions that have a stock.</param>
    /// <param name="key">What signs the decision's id; null for a rehearsal, which nobody may answer.</param>
    public static EvaluationVerdict Judge(
        CampaignPlan plan, in CustomerView customer, IPropensities models, IStockLevels stock, DecisionKey? key = null)
    {
        var (order, nowMs) = (plan.Order, customer.NowMs);
        if (customer.Catalog.Stops.FindHolder("", plan.Action.Id, order.CampaignId, plan.Action.Purpose) is not null)
        {
            return new(EvaluationOutcome.NotNow) { Reason = ReasonCode.Stopped };
        }

        if (nowMs >= order.EndsAtMs)
        {
            return new(EvaluationOutcome.NotNow);
        }

        if (order.Window?.IsOpen(plan.Catalog.Calendar, nowMs) is false)
        {
            return new(EvaluationOutcome.NotNow) { OpensAtMs = plan.OpensAt(nowMs) };
        }

        if (plan.Audience?.Holds(customer.For(plan.Action.Purpose)) is false)
        {
            return new(EvaluationOutcome.Blocked) { Reason = ReasonCode.NotInAudience };
        }

        var arm = plan.FindArm(customer.Id);
        var (first, quiet) = (default(EvaluationVerdict), default(EvaluationVerdict));
        foreach (var choice in plan.Choices)
        {
            var candidate = arm is null ? choice.Candidate : choice.ByArm[order.Arms.IndexOf(arm)];
            var id = key?.Create(nowMs, choice.Placement.Number, customer.Id)
                ?? DecisionId.Create(nowMs, choice.Placement.Number, customer.Id);
            var decision = Decider.DecideAlone(id, customer, choice.Placement, candidate, models, stock);
            var verdict = decision.Verdicts[0];
            if (verdict.Reason == ReasonCode.Offered)
            {
                // Drawn among those who would be contacted: only they can be compared with those who are.
                var outcome = Assignment.GetPart(plan.HoldoutSalt, customer.Id) < order.Holdout
                    ? EvaluationOutcome.Holdout
                    : EvaluationOutcome.Contacted;
                return new(outcome)
                {
                    Reason = ReasonCode.Offered, Choice = choice, Arm = arm, Decision = decision, Candidate = candidate,
                    Treatment = candidate.Treatments[verdict.Treatment],
                };
            }

            var refused = new EvaluationVerdict(EvaluationOutcome.Blocked) { Reason = verdict.Reason, RuleId = AccessSource.GetName(verdict, candidate, plan.Catalog), Arm = arm };
            first = first.Outcome == 0 ? refused : first;
            if (verdict.Reason == ReasonCode.QuietHours && plan.OpensAt(choice, nowMs) is var opens
                && (quiet.Outcome == 0 || quiet.OpensAtMs is null || opens < quiet.OpensAtMs))
            {
                quiet = refused with { Outcome = EvaluationOutcome.NotNow, OpensAtMs = opens };
            }
        }

        return quiet.Outcome != 0 ? quiet : first.Reason == ReasonCode.Stopped ? first with { Outcome = EvaluationOutcome.NotNow } : first;
    }

    /// <summary>
    /// Judges a customer for the first instant at which a contact may be made: where the send window or quiet hours say "not
    /// now", as at their end. The decision bears the instant that it is made for.
    /// </summary>
    /// <returns>Never "not now": who cannot be contacted before the campaign ends is blocked.</returns>
    public static EvaluationVerdict JudgeAhead(
        CampaignPlan plan, in CustomerView customer, IPropensities models, IStockLevels stock, DecisionKey? key = null)
    {
        // Each placement's channel has quiet hours of its own.
        var turn = Judge(plan, customer, models, stock, key);
        for (var again = 0; again <= plan.Choices.Length && turn is { Outcome: EvaluationOutcome.NotNow, OpensAtMs: { } opens }; again++)
        {
            turn = Judge(plan, customer.At(opens), models, stock, key);
        }

        return turn.Outcome != EvaluationOutcome.NotNow ? turn
            : turn.Reason is ReasonCode.QuietHours or ReasonCode.Stopped ? turn with { Outcome = EvaluationOutcome.Blocked }
            : new(EvaluationOutcome.Blocked) { Reason = ReasonCode.OutOfSeason, RuleId = plan.Order.CampaignId };
    }
}

/// <summary>What a customer's turn comes to, before anything is done about it.</summary>
/// <param name="Outcome">What comes of it: contacted, holdout, blocked, or not now.</param>
public readonly record struct EvaluationVerdict(EvaluationOutcome Outcome)
{
    /// <summary>Why the customer is blocked: what the placement that is preferred most said.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>The rule or cap that blocked; empty for none.</summary>
    public string RuleId { get => field ?? ""; init; }

    /// <summary>Where the customer is contacted, or would be.</summary>
    public PlacementChoice? Choice { get; init; }

    /// <summary>When it is not the time: from when on the customer may be contacted, unix milliseconds; null: at no time.</summary>
    public long? OpensAtMs { get; init; }

    /// <summary>The customer's arm.</summary>
    public CampaignArm? Arm { get; init; }

    /// <summary>What is shown.</summary>
    public Catalogs.Treatment? Treatment { get; init; }

    /// <summary>What was judged: the action with the treatments of the campaign, or of the customer's arm.</summary>
    public Catalogs.Candidate? Candidate { get; init; }

    /// <summary>The decision that the contact is, or would be; its id bears the instant that it is made for.</summary>
    public Decision? Decision { get; init; }
}
