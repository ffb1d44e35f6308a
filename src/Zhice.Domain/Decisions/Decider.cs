using System.Collections.Immutable;
using System.Numerics;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Decisions;

/// <summary>Decides what to say to a customer in a placement: may they have it, may we say it, what is it worth.</summary>
/// <remarks>Hot path, at most 15 µs for 40 candidates; allocates the answer and nothing per candidate.</remarks>
public static class Decider
{
    /// <summary>The most recommendations of one decision.</summary>
    public const int MaxLimit = KeptDecision.MaxOffers;

    /// <summary>What is added to the place of an experiment when its arms are the refusal source of a verdict.</summary>
    public const int FirstExperiment = 64;

    /// <summary>Judges every candidate of the placement and ranks those that may be offered.</summary>
    public static Decision Decide(
        DecisionId id, in CustomerView customer, Placement placement, IPropensities models, IStockLevels stock, int limit)
    {
        var buffers = DecisionBuffers.Rent();
        var decision = Decide(id, customer, placement, models, stock, limit, buffers).ToDecision();
        buffers.Return();
        return decision;
    }

    /// <summary>Judges every candidate of the placement and ranks those that may be offered; the decision stays in the buffers.</summary>
    public static LentDecision Decide(
        DecisionId id, scoped in CustomerView customer, Placement placement, IPropensities models, IStockLevels stock, int limit,
        DecisionBuffers buffers) =>
        Decide(id, customer, placement, placement.Candidates.AsSpan(), models, stock, Math.Min(limit, MaxLimit), buffers);

    /// <summary>
    /// Judges one candidate by itself, for a contact that nobody asked for: nothing ranks beside it.
    /// </summary>
    /// <returns>A decision of one verdict; its treatment is one of the candidate's.</returns>
    public static Decision DecideAlone(
        DecisionId id, in CustomerView customer, Placement placement, Candidate candidate, IPropensities models, IStockLevels stock)
    {
        var buffers = DecisionBuffers.Rent();
        var decision = Decide(id, customer, placement, [candidate], models, stock, limit: null, buffers).ToDecision();
        buffers.Return();
        return decision;
    }

    // Without a limit, nothing is ranked.
    private static LentDecision Decide(
        DecisionId id, scoped in CustomerView customer, Placement placement, scoped ReadOnlySpan<Candidate> candidates, IPropensities models,
        IStockLevels stock, int? limit, DecisionBuffers buffers)
    {
        ArgumentException.ThrowIfNullOrEmpty(customer.Id); // Arms and holdouts are drawn by it.
        var context = new DecisionContext(
            customer,
            placement,
            buffers.Features,
            buffers.Arms,
            stackalloc byte[Rule.MaxConditions],
            stackalloc CapMoment[customer.Catalog.Caps.Length])
        {
            // A contact that nobody asked for ranks beside nothing.
            Contrast = limit is null || customer.Catalog.Contrasts is not { } contrasts
                ? DecisionContrast.None
                : contrasts.Find(customer.Id),
        };
        var verdicts = buffers.GetVerdicts(candidates.Length);
        var tiers = buffers.GetTiers(candidates.Length);
        var sums = default(FeatureSums);
        for (var i = 0; i < verdicts.Length; i++)
        {
            verdicts[i] = Judge(id, candidates[i], customer, placement, models, stock, context, ref sums);
            tiers[i] = Arbitration.GetTier(candidates[i].Action.Purpose);
        }

        return new()
        {
            Id = id,
            CustomerId = customer.Id,
            CatalogVersion = customer.Catalog.Version,
            StateVersion = customer.Version,
            IsPersonalized = customer.IsPersonalized,
            OfferedCount = limit is { } most
                ? Arbitration.Rank(verdicts, tiers, customer, placement, context.Policy, most)
                : verdicts[0].Reason == ReasonCode.Offered ? 1 : 0,
            Verdicts = verdicts,
            Features = buffers.Features.AsSpan(0, context.Features.Length),
            Arms = buffers.Arms.AsSpan(0, context.Arms.Length),
        };
    }

    private static Verdict Judge(
        DecisionId id, Candidate candidate, in CustomerView customer, Placement placement, IPropensities models, IStockLevels stock,
        in DecisionContext context,
        ref FeatureSums sums)
    {
        var action = candidate.Action;
        if (customer.Catalog.StoppedActions is { IsAny: true } stopped
            && stopped.Find(action.Number, action.Purpose, placement.Channel) is not 0 and var stop)
        {
            return Refused(action, ReasonCode.Stopped, (int)stop);
        }

        if (customer.NowMs < action.StartsAtMs || customer.NowMs >= action.EndsAtMs)
        {
            return Refused(action, ReasonCode.OutOfSeason);
        }

        // Marketing alone is kept from anyone: a fraud alert is never silenced.
        var isMarketing = action.Purpose == Purpose.Marketing;
        if (isMarketing && (action.Holdouts & context.HeldOut) is not 0 and var heldOut)
        {
            return Refused(action, ReasonCode.Holdout, BitOperations.TrailingZeroCount(heldOut));
        }

        if (!context.Has(action.OnlyFor))
        {
            return Refused(action, ReasonCode.Holdout, FirstExperiment + action.OnlyFor.Experiment);
        }

        if (FirstBroken(action.Rules, action.Purpose, customer, context) is var broken and >= 0)
        {
            return Refused(action, action.Rules[broken].WhenBroken, broken);
        }

        var treatment = FirstFitting(candidate, customer, context);
        if (treatment < 0)
        {
            return Unfitting(candidate, customer, context);
        }

        if (isMarketing && customer.State.Holds.Keeps(action.Number, placement.Channel, customer.NowMs))
        {
            return Refused(action, ReasonCode.Held);
        }

        // The policy binds marketing alone: a fraud alert is never silenced.
        var ask = placement.AskFor(action, candidate.Treatments[treatment].Number);
        var unwanted = customer.Catalog.ContactPolicy.FirstRefusal(context.Policy, ask);
        if (unwanted.IsRefused)
        {
            return Refused(action, unwanted.Reason, unwanted.AccessSource);
        }

        // The last check: so the verdict says what the stock was, and a replay takes it from there.
        if (StockUse.IsNeeded(action, customer.State, customer.NowMs) && !stock.HasLeft(action))
        {
            return Refused(action, ReasonCode.OutOfStock);
        }

        var estimate = customer.IsPersonalized
            ? models.Estimate(action, context.Features, placement.Explores ? id.DrawFor(action.Number) : null, ref sums)
            : new(action.PriorPropensity, 0);
        var weight = context.GetWeight(action, customer.Catalog);
        var score = isMarketing && context.Contrast > DecisionContrast.Arbitration
            ? ContrastScores.Score(context.Contrast, id, action, estimate, weight)
            : estimate.Propensity * estimate.Exploration * weight * action.ValueFen * action.Lever;
        return new Verdict(
            action.Number, ReasonCode.Offered, -1, estimate.Propensity, score, estimate.ModelVersion, weight, (byte)treatment,
            estimate.Exploration);
    }

    /// <summary>The verdict that an action is not offered.</summary>
    internal static Verdict Refused(BankAction action, ReasonCode reason, int source = -1) =>
        new(action.Number, reason, (short)source, 0, 0, 0);

    private static int FirstBroken(ImmutableArray<Rule> rules, Purpose purpose, in CustomerView customer, in DecisionContext context)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            if (!context.Holds(rules[i], purpose, customer) && !ContrastScores.Ignores(context.Contrast, rules[i], purpose))
            {
                return i;
            }
        }

        return -1;
    }

    // The first treatment that fits; -1: none does.
    private static int FirstFitting(Candidate candidate, in CustomerView customer, in DecisionContext context)
    {
        for (var i = 0; i < candidate.Treatments.Length; i++)
        {
            var treatment = candidate.Treatments[i];
            if (FirstBroken(treatment.Rules, candidate.Action.Purpose, customer, context) < 0 && context.Has(treatment.OnlyFor))
            {
                return i;
            }
        }

        return -1;
    }

    // What the first treatment lacks, when none fits.
    private static Verdict Unfitting(Candidate candidate, in CustomerView customer, in DecisionContext context)
    {
        if (candidate.Treatments.IsEmpty)
        {
            return default;
        }

        var (action, treatment) = (candidate.Action, candidate.Treatments[0]);
        var broken = FirstBroken(treatment.Rules, action.Purpose, customer, context);
        return broken < 0
            ? Refused(action, ReasonCode.Holdout, FirstExperiment + treatment.OnlyFor.Experiment)
            : Refused(action, treatment.Rules[broken].WhenBroken, action.Rules.Length + broken);
    }
}
