using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>The first rank of a logged decision, as another policy sees it: a draft of the catalogue, or another model.</summary>
/// <param name="Offer">What was offered there.</param>
/// <param name="Logged">The probability with which it was, above 0, at most 1.</param>
/// <param name="Draft">The probability with which the policy would have offered it there, 0 to 1.</param>
/// <param name="Unsupported">The probability with which the policy would have offered there what the log's catalogue never did, 0 to 1.</param>
public readonly record struct DraftRound(ContactId Offer, double Logged, double Draft, double Unsupported)
{
    /// <summary>The propensity of what was offered, as the models said then: a prediction of the reward.</summary>
    public double PredictedShown { get; init; }

    /// <summary>The mean propensity of what the policy would have offered, as the models said then; 0 for what they did not score.</summary>
    public double PredictedTarget { get; init; }

    /// <summary>
    /// The round of a decision as a draft sees it; null where the decision tells nothing: it offered nothing, was about one action by itself, or
    /// its probabilities are not known.
    /// </summary>
    /// <param name="record">The decision.</param>
    /// <param name="then">The catalogue that it was made by.</param>
    /// <param name="draft">The draft, with the numbers of names as in <paramref name="then"/>.</param>
    /// <param name="models">What says how doubtful the models are: those of now.</param>
    /// <remarks>Not for the hot path: some 0.3 ms where the placement explores.</remarks>
    public static DraftRound? Find(DecisionRecord record, Catalog then, Catalog draft, IPropensities models) =>
        Find(record, then, models, [(draft, null)]) is [var round] ? round : null;

    /// <summary>The rounds of a decision as several policies see it; null where the decision tells nothing.</summary>
    /// <param name="record">The decision.</param>
    /// <param name="then">The catalogue that it was made by.</param>
    /// <param name="models">What says how doubtful the models are: those of now.</param>
    /// <param name="policies">
    /// Of each the catalogue, and a model in the place of the one that scored an action; null: what the models said then.
    /// </param>
    public static DraftRound[]? Find(
        DecisionRecord record, Catalog then, IPropensities models, ReadOnlySpan<(Catalog Catalog, ReplacedModel? Model)> policies)
    {
        var decision = record.Decision;
        if (!record.Treatments.IsEmpty || decision.OfferedCount == 0 || record.ShownProbabilities.Length != decision.OfferedCount
            || Draw(record, decision, then, models, replaced: null) is not { } logged)
        {
            return null;
        }

        var (rounds, shown) = (new DraftRound[policies.Length], decision.Verdicts[0].Action);
        for (var i = 0; i < rounds.Length; i++)
        {
            // A draft without the placement offers nothing there.
            var drafted = Draw(record, decided: null, policies[i].Catalog, models, policies[i].Model) ?? [];
            rounds[i] = new(
                new(decision.Id, shown), record.ShownProbabilities[0], drafted.GetValueOrDefault(shown),
                drafted.Where(each => each.Key != shown && !logged.ContainsKey(each.Key)).Sum(static each => each.Value))
            {
                PredictedShown = decision.Verdicts[0].Propensity,
                PredictedTarget = drafted.Sum(each => each.Value * GetPropensity(decision, each.Key)),
            };
        }

        return rounds;
    }

    private static double GetPropensity(Decision decision, ushort action)
    {
        foreach (ref readonly var verdict in decision.Verdicts.AsSpan())
        {
            if (verdict.Action == action)
            {
                return verdict.Propensity;
            }
        }

        return 0;
    }

    // How probable each action is at the first rank by a catalogue.
    private static Dictionary<ushort, double>? Draw(
        DecisionRecord record, Decision? decided, Catalog catalog, IPropensities models, ReplacedModel? replaced)
    {
        catalog = catalog.AsThen(record.Decision.Verdicts);
        if (catalog.Placement(record.Decision.Id.Placement) is not { } placement)
        {
            return null;
        }

        var view = new CustomerView(
            CustomerStateCodec.FromBytes(record.State), catalog, record.Context, record.Decision.Id.DecidedAtMs, record.Decision.IsPersonalized)
        {
            Id = record.Decision.CustomerId, Version = record.Decision.StateVersion,
        };
        var said = new RecordedAnswers(record.Decision.Verdicts, models);
        var answers = replaced?.Beside(said) ?? said;
        var decision = decided ?? Decider.Decide(record.Decision.Id, view, placement, answers, said, record.Limit);
        return ShownProbabilities.DrawFirst(decision, view, placement, answers, record.Limit);
    }
}
