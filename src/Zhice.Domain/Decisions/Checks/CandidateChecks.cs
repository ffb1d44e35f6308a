using System.Collections.Immutable;
using System.Globalization;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Decisions.Checks;

/// <summary>
/// Every check on every candidate of a decision, each with its inputs and outcome, where the decision itself stops at the
/// first that fails. To be asked at leisure: it changes nothing, and allocates as it likes.
/// </summary>
public static class CandidateChecks
{
    private const int MaxContributions = 5;

    /// <summary>The checks on each candidate, in the catalogue's order.</summary>
    /// <param name="decision">The decision that is explained.</param>
    /// <param name="customer">The customer as the decision saw one.</param>
    /// <param name="placement">Where it was made.</param>
    /// <param name="models">The models, as they are now.</param>
    public static ImmutableArray<ActionChecks> List(
        Decision decision, in CustomerView customer, Placement placement, PropensityModels models)
    {
        Span<ushort> sources = stackalloc ushort[FeatureVector.MaxLength];
        Span<uint> features = stackalloc uint[FeatureVector.MaxLength];
        var length = FeatureVector.Fill(customer, placement, features, sources);
        var context = new DecisionContext(
            customer,
            placement,
            stackalloc uint[FeatureVector.MaxLength],
            stackalloc byte[Assignment.MaxExperiments],
            stackalloc byte[Rule.MaxConditions],
            stackalloc CapMoment[customer.Catalog.Caps.Length]);
        var verdicts = decision.Verdicts.ToDictionary(static verdict => verdict.Action);
        var all = ImmutableArray.CreateBuilder<ActionChecks>(placement.Candidates.Length);
        foreach (var candidate in placement.Candidates)
        {
            verdicts.TryGetValue(candidate.Action.Number, out var verdict);
            var number = candidate.Action.Number;
            var isModelled = customer.IsPersonalized && candidate.Action.Purpose == Purpose.Marketing;
            Span<Contribution> largest = new Contribution[MaxContributions];
            largest = isModelled ? largest[..models.Explain(number, features[..length], sources[..length], largest)] : [];
            all.Add(new(
                number,
                ListChecks(candidate, verdict, customer, placement, context),
                [.. largest],
                isModelled ? models.Learned(number) : 0));
        }

        return all.MoveToImmutable();
    }

    private static ImmutableArray<Check> ListChecks(
        Candidate candidate, in Verdict verdict, in CustomerView customer, Placement placement, in DecisionContext context)
    {
        var action = candidate.Action;
        var checks = ImmutableArray.CreateBuilder<Check>();
        checks.Add(Season(action, customer.NowMs));
        if (action.Purpose == Purpose.Marketing)
        {
            AddHoldouts(checks, action, customer.Id, customer.Catalog);
        }

        AddArm(checks, action.OnlyFor, customer.Catalog, context);
        AddRules(checks, action.Rules, action.Purpose, customer);
        foreach (var treatment in candidate.Treatments)
        {
            AddRules(checks, treatment.Rules, action.Purpose, customer);
            AddArm(checks, treatment.OnlyFor, customer.Catalog, context);
        }

        AddHold(checks, action, customer, placement);
        PolicyChecks.Add(checks, placement.AskFor(action, candidate.Treatments[verdict.Treatment].Number), customer);
        AddStock(checks, action, verdict, customer);
        AddOutcome(checks, verdict, candidate, customer.Catalog);
        return checks.ToImmutable();
    }

    private static Check Season(BankAction action, long nowMs)
    {
        var inputs = ImmutableArray.Create(new CheckInput("now", TagText.Instant(nowMs)));
        inputs = action.StartsAtMs == long.MinValue ? inputs : inputs.Add(new("starts", TagText.Instant(action.StartsAtMs)));
        inputs = action.EndsAtMs == long.MaxValue ? inputs : inputs.Add(new("ends", TagText.Instant(action.EndsAtMs)));
        return new(ReasonCode.OutOfSeason, "", nowMs >= action.StartsAtMs && nowMs < action.EndsAtMs, inputs);
    }

    private static void AddHoldouts(ImmutableArray<Check>.Builder checks, BankAction action, string customerId, Catalog catalog)
    {
        for (var i = 0; i < catalog.Holdouts.Length; i++)
        {
            if ((action.Holdouts & (1UL << i)) != 0)
            {
                var (holdout, part) = (catalog.Holdouts[i], Assignment.GetPart(catalog.Holdouts[i].Salt, customerId));
                checks.Add(new(
                    ReasonCode.Holdout, holdout.Id, part >= holdout.Share,
                    [new("drawn", Number(part)), new("held_out_below", Number(holdout.Share))]));
            }
        }
    }

    private static void AddArm(ImmutableArray<Check>.Builder checks, ArmNumber arm, Catalog catalog, in DecisionContext context)
    {
        if (arm.IsSet)
        {
            var experiment = catalog.Experiments[arm.Experiment];
            var own = context.Arms[arm.Experiment];
            checks.Add(new(
                ReasonCode.Holdout, experiment.Id, context.Has(arm),
                [new("arm", own == 0 ? null : experiment.Arms[own - 1].Id), new("only_for", experiment.Arms[arm.Arm - 1].Id)]));
        }
    }

    private static void AddHold(ImmutableArray<Check>.Builder checks, BankAction action, in CustomerView customer, Placement placement)
    {
        if (action.Purpose == Purpose.Marketing && customer.State.Holds.Find(action.Number, customer.NowMs) is { } hold)
        {
            checks.Add(new(
                ReasonCode.Held, "", hold.Channel == placement.Channel,
                [
                    new("owner", hold.Owner),
                    new("channel", customer.Catalog.Symbols.FindName(SymbolKind.Channel, hold.Channel)),
                    new("until", TagText.Instant(hold.ExpiresAtMs)),
                ]));
        }
    }

    private static void AddStock(ImmutableArray<Check>.Builder checks, BankAction action, in Verdict verdict, in CustomerView customer)
    {
        if (action.Stock is { } stock)
        {
            checks.Add(new(
                ReasonCode.OutOfStock, "", verdict.Reason != ReasonCode.OutOfStock,
                [
                    new("units", stock.Units.ToString(CultureInfo.InvariantCulture)),
                    new("kept_for_the_customer", customer.State.Units.Has(action.Number, customer.NowMs) ? "true" : "false"),
                ]));
        }
    }

    private static void AddRules(
        ImmutableArray<Check>.Builder checks, ImmutableArray<Rule> rules, Purpose purpose, in CustomerView customer)
    {
        foreach (var rule in rules)
        {
            var seen = rule.IsProtective ? customer.Unhidden : customer.For(purpose);
            checks.Add(new(
                rule.WhenBroken, rule.Id, rule.Expression.Holds(seen), RuleInputs.Find(rule.Expression, seen), rule.Expression.Source));
        }
    }

    // What the others in the answer did to it: no check of its own shows that.
    private static void AddOutcome(ImmutableArray<Check>.Builder checks, in Verdict verdict, Candidate candidate, Catalog catalog)
    {
        var reason = verdict.Reason;
        if (reason is not (0 or ReasonCode.Offered) && checks.All(check => check.IsPassed || check.Reason != reason))
        {
            ImmutableArray<CheckInput> inputs = [new("others_in_the_answer", "true")];
            inputs = reason == ReasonCode.LowerPriority ? inputs.Add(new("tier", GetTierName(candidate.Action.Purpose))) : inputs;
            checks.Add(new(reason, AccessSource.GetName(verdict, candidate, catalog), false, inputs));
        }
    }

    private static string GetTierName(Purpose purpose) => purpose switch
    {
        Purpose.Regulatory => "regulatory",
        Purpose.Service => "service",
        _ => "marketing",
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
