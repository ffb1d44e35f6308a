using Orleans;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Campaigns;

/// <summary>What comes of a campaign for one customer. The numbers are stored.</summary>
[GenerateSerializer, Alias("zhice.turn-outcome")]
public enum TurnOutcome : byte
{
    /// <summary>The customer is contacted, now or earlier in the same run.</summary>
    Contacted = 1,

    /// <summary>The customer is kept out, to measure the lift.</summary>
    Holdout = 2,

    /// <summary>The customer may not be contacted.</summary>
    Blocked = 3,

    /// <summary>It is not the time: the customer is to be asked again.</summary>
    NotNow = 4,

    /// <summary>The customer could not be reached after many tries.</summary>
    Failed = 5,
}

/// <summary>One customer's turn in a campaign: everything is checked again, by the code that decides everything else.</summary>
public static class ContactTurn
{
    /// <summary>Judges a customer.</summary>
    /// <param name="plan">What the campaign asks.</param>
    /// <param name="customerId">Who.</param>
    /// <param name="stateVersion">The version of the customer's state.</param>
    /// <param name="customer">The customer, by the plan's catalogue.</param>
    /// <param name="models">What estimates how likely an acceptance is.</param>
    /// <param name="stock">What is left of the actions that have a stock.</param>
    /// <param name="key">What signs the decision's id; null for a rehearsal, which nobody may answer.</param>
    public static TurnVerdict Judge(
        CampaignPlan plan, string customerId, long stateVersion, in CustomerView customer, IPropensities models, IStockLevels stock, DecisionKey? key = null)
    {
        var (order, nowMs) = (plan.Order, customer.NowMs);
        if (customer.Catalog.Stops.HolderOf("", plan.Action.Id, order.CampaignId, plan.Action.Purpose) is not null)
        {
            return new(TurnOutcome.NotNow);
        }

        if (nowMs >= order.EndsAtMs || order.Window?.IsOpen(plan.Catalog.Calendar, nowMs) is false)
        {
            return new(TurnOutcome.NotNow);
        }

        if (plan.Audience?.Holds(customer.For(plan.Action.Purpose)) is false)
        {
            return new(TurnOutcome.Blocked) { Reason = ReasonCode.NotInAudience };
        }

        if (Assignment.PartOf(plan.HoldoutSalt, customerId) < order.Holdout)
        {
            return new(TurnOutcome.Holdout);
        }

        var arm = plan.ArmOf(customerId);
        var first = default(TurnVerdict);
        foreach (var choice in plan.Choices)
        {
            var candidate = arm is null ? choice.Candidate : choice.ByArm[order.Arms.IndexOf(arm)];
            var id = key?.Create(nowMs, choice.Placement.Number, customerId) ?? DecisionId.Create(nowMs, choice.Placement.Number, customerId);
            var decision = Decider.DecideAlone(id, customerId, stateVersion, customer, choice.Placement, candidate, models, stock);
            var verdict = decision.Verdicts[0];
            if (verdict.Reason == ReasonCode.Offered)
            {
                return new(TurnOutcome.Contacted)
                {
                    Reason = ReasonCode.Offered, Choice = choice, Arm = arm, Decision = decision, Candidate = candidate, Treatment = candidate.Treatments[verdict.Treatment],
                };
            }

            if (first.Outcome == 0)
            {
                first = new(TurnOutcome.Blocked) { Reason = verdict.Reason, RuleId = Culprit.NameOf(verdict, candidate, plan.Catalog), Arm = arm };
            }
        }

        return first.Reason == ReasonCode.Stopped ? new(TurnOutcome.NotNow) : first;
    }
}

/// <summary>What a customer's turn comes to, before anything is done about it.</summary>
/// <param name="Outcome">What comes of it: contacted, holdout, blocked, or not now.</param>
public readonly record struct TurnVerdict(TurnOutcome Outcome)
{
    /// <summary>Why the customer is blocked: what the placement that is preferred most said.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>The rule or cap that blocked; empty for none.</summary>
    public string RuleId { get => field ?? ""; init; }

    /// <summary>Where the customer is contacted.</summary>
    public PlacementChoice? Choice { get; init; }

    /// <summary>The customer's arm.</summary>
    public CampaignArm? Arm { get; init; }

    /// <summary>What is shown.</summary>
    public Catalogs.Treatment? Treatment { get; init; }

    /// <summary>What was judged: the action with the treatments of the campaign, or of the customer's arm.</summary>
    public Catalogs.Candidate? Candidate { get; init; }

    /// <summary>The decision that the contact is.</summary>
    public Decision? Decision { get; init; }
}
