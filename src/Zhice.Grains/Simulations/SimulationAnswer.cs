using Zhice.Domain.Catalogs;
using Zhice.Domain.Decisions;
using Zhice.Domain.Simulations;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Placement = Zhice.Domain.Catalogs.Placement;
using ReasonCode = Zhice.V1.ReasonCode;

namespace Zhice.Grains.Simulations;

/// <summary>Puts what a simulation counted into the words of the contract.</summary>
internal static class SimulationAnswer
{
    private const int MaxMoves = 50;

    public static PlacementOutcome ToOutcome(SimulationTally tally, SimulationPlan plan, Placement? now, Placement? draft)
    {
        var outcome = new PlacementOutcome
        {
            PlacementId = (draft ?? now)!.Id,
            Changed = tally.Changed,
            Empty = Count(tally.Empty),
            Score = new() { Now = tally.Score.Now, Draft = tally.Score.Draft },
        };
        var actions = plan.Draft.Actions.Concat(plan.Now.Actions).DistinctBy(action => action.Number);
        foreach (var action in actions.Where(action => tally.Actions.ContainsKey(action.Number)))
        {
            outcome.Actions.Add(ToOutcome(action, tally.Actions[action.Number], plan, now, draft));
        }

        outcome.Moves.AddRange(tally.Moves.OrderByDescending(move => move.Value.Customers).Take(MaxMoves).Select(move => new FirstPlaceMove
        {
            FromActionId = plan.Now.Action(move.Key.From)?.Id ?? "",
            ToActionId = plan.Draft.Action(move.Key.To)?.Id ?? "",
            Customers = move.Value.Customers,
            ExampleCustomerIds = { move.Value.Examples },
        }));
        outcome.EmptyChecks.AddRange(ToEmptyChecks(tally));
        return outcome;
    }

    private static IEnumerable<EmptyCheck> ToEmptyChecks(SimulationTally tally)
    {
        var (now, draft) = (tally.EmptyNow.Checks, tally.EmptyDraft.Checks);
        return now.Keys.Union(draft.Keys)
            .Select(check => (Check: check, Now: now.GetValueOrDefault(check), Draft: draft.GetValueOrDefault(check)))
            .OrderByDescending(static each => Math.Max(each.Now.Customers, each.Draft.Customers))
            .ThenBy(static each => each.Check.Name, StringComparer.Ordinal)
            .Select(static each => new EmptyCheck
            {
                Code = (ReasonCode)each.Check.Reason, RuleId = each.Check.Name,
                Customers = new() { Now = each.Now.Customers, Draft = each.Draft.Customers },
                Closest = new() { Now = each.Now.Closest, Draft = each.Draft.Closest },
                Alone = new() { Now = each.Now.Alone, Draft = each.Draft.Alone },
            });
    }

    private static ActionOutcome ToOutcome(BankAction action, ActionTally tally, SimulationPlan plan, Placement? now, Placement? draft)
    {
        // The same rule may stand in another place of each catalogue: it is found together by its name.
        var blocked = new Dictionary<(Domain.Primitives.ReasonCode, string), Pair>();
        foreach (var ((reason, source), customers) in tally.Blocked)
        {
            var verdict = new Verdict(action.Number, reason, source, 0, 0, 0);
            Add(NameIn(plan.Now, now, verdict), new(customers.Now, 0));
            Add(NameIn(plan.Draft, draft, verdict), new(0, customers.Draft));

            void Add(string name, Pair more)
            {
                if (more != default)
                {
                    blocked[(reason, name)] = blocked.GetValueOrDefault((reason, name)) + more;
                }
            }
        }

        return new()
        {
            ActionId = action.Id,
            Offered = Count(tally.Offered),
            First = Count(tally.First),
            ExampleCustomerIds = { tally.Examples },
            Blocked =
            {
                blocked.OrderByDescending(check => check.Value.Now + check.Value.Draft).Select(check => new BlockedBy
                {
                    Code = (ReasonCode)check.Key.Item1, RuleId = check.Key.Item2, Customers = Count(check.Value),
                }),
            },
        };
    }

    public static string NameIn(Catalog catalog, Placement? placement, in Verdict verdict)
    {
        var action = verdict.Action;
        return AccessSource.GetName(
            verdict, placement?.Candidates.FirstOrDefault(candidate => candidate.Action.Number == action), catalog);
    }

    public static OutcomeCount Count(Pair pair) => new() { Now = pair.Now, Draft = pair.Draft };
}
