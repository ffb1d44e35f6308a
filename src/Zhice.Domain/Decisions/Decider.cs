using System.Runtime.InteropServices;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;

namespace Zhice.Domain.Decisions;

/// <summary>Decides what to say to a customer in a placement: may they have it, may we say it, what is it worth.</summary>
/// <remarks>Hot path, at most 15 µs for 40 candidates; allocates the answer and nothing per candidate.</remarks>
public static class Decider
{
    /// <summary>The most recommendations of one decision.</summary>
    public const int MaxLimit = 50;

    /// <summary>Judges every candidate of the placement and ranks those that may be offered.</summary>
    public static Decision Decide(
        DecisionId id, string customerId, long stateVersion, in CustomerView customer, Placement placement, PropensityModels models, int limit)
    {
        var candidates = placement.Candidates;
        var verdicts = new Verdict[candidates.Length];
        Span<ushort> features = stackalloc ushort[FeatureVector.MaxLength];
        features = features[..FeatureVector.Fill(customer, placement, features)];

        var open = 0;
        for (var i = 0; i < verdicts.Length; i++)
        {
            verdicts[i] = Judge(candidates[i], customer, placement, models, features);
            open += verdicts[i].Reason == ReasonCode.Offered ? 1 : 0;
        }

        var offered = Rank(verdicts, customer, placement, Math.Min(open, Math.Min(limit, MaxLimit)));
        return new Decision
        {
            Id = id,
            CustomerId = customerId,
            CatalogVersion = customer.Catalog.Version,
            StateVersion = stateVersion,
            Verdicts = ImmutableCollectionsMarshal.AsImmutableArray(verdicts),
            OfferedCount = offered,
            Features = ImmutableCollectionsMarshal.AsImmutableArray(features.ToArray()),
        };
    }

    private static Verdict Judge(
        Candidate candidate, in CustomerView customer, Placement placement, PropensityModels models, ReadOnlySpan<ushort> features)
    {
        var action = candidate.Action;
        if (customer.NowMs < action.StartsAtMs || customer.NowMs >= action.EndsAtMs)
        {
            return Refused(action, ReasonCode.OutOfSeason);
        }

        var rules = action.Rules;
        for (var i = 0; i < rules.Length; i++)
        {
            if (!rules[i].Condition.Holds(customer))
            {
                return Refused(action, rules[i].WhenBroken, i);
            }
        }

        // The policy binds marketing alone: a fraud alert is never silenced.
        var ask = placement.AskFor(action, candidate.Treatment.Number);
        var refusal = customer.Catalog.ContactPolicy.FirstRefusal(customer.State.ContactMemory, ask, customer.NowMs);
        if (refusal.IsRefused)
        {
            return Refused(action, refusal.Reason, refusal.Culprit);
        }

        var propensity = models.Propensity(action, features, out var modelVersion);
        return new Verdict(
            action.Number, ReasonCode.Offered, -1, propensity, propensity * action.ValueFen * action.Lever, modelVersion);
    }

    private static Verdict Refused(BankAction action, ReasonCode reason, int culprit = -1) =>
        new(action.Number, reason, (short)culprit, 0, 0, 0);

    // Moves the best to the front, one after the other; what stays open behind them is outranked. Equal scores keep
    // the catalogue's order. One answer never offers more than the policy allows: each offer counts for the next.
    private static int Rank(Span<Verdict> verdicts, in CustomerView customer, Placement placement, int limit)
    {
        Span<ContactAsk> offered = stackalloc ContactAsk[MaxLimit];
        var (rank, counted) = (0, 0);
        while (rank < limit && Best(verdicts[rank..]) is var best and >= 0)
        {
            best += rank;
            var winner = verdicts[best];
            var action = customer.Catalog.Action(winner.Action)!;
            var ask = placement.AskFor(action, placement.TreatmentOf(action.Number));
            if (ask.IsBound)
            {
                var refusal = counted == 0 ? default : customer.Catalog.ContactPolicy.FirstRefusal(
                    customer.State.ContactMemory, ask, customer.NowMs, offered[..counted]);
                if (refusal.IsRefused)
                {
                    verdicts[best] = Refused(action, refusal.Reason, refusal.Culprit);
                    continue;
                }

                offered[counted++] = ask;
            }

            verdicts[rank..best].CopyTo(verdicts[(rank + 1)..]);
            verdicts[rank++] = winner;
        }

        foreach (ref var verdict in verdicts[rank..])
        {
            if (verdict.Reason == ReasonCode.Offered)
            {
                verdict = verdict with { Reason = ReasonCode.LowerPriority };
            }
        }

        return rank;
    }

    private static int Best(ReadOnlySpan<Verdict> verdicts)
    {
        var best = -1;
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i].Reason == ReasonCode.Offered && (best < 0 || verdicts[i].Score > verdicts[best].Score))
            {
                best = i;
            }
        }

        return best;
    }
}
