using Zhice.Api.Requests;
using Zhice.Contracts.Learning;
using Zhice.Domain.Learning;
using Zhice.V1;
using Health = Zhice.Domain.Learning.ModelHealth;
using ModelCard = Zhice.Contracts.Learning.ModelCard;
using ModelFinding = Zhice.Domain.Learning.ModelFinding;

namespace Zhice.Api.Measurement;

/// <summary>The health of models, by their cards.</summary>
internal static class ModelReport
{
    /// <summary>The answer: the models with a finding first.</summary>
    /// <param name="cards">The cards, each with the id of its action.</param>
    /// <param name="now">Now.</param>
    public static GetModelHealthResponse Create(IEnumerable<(string ActionId, ModelCard Card)> cards, DateTimeOffset now) => new()
    {
        AsOfTime = Values.ToTimestamp(now.ToUnixTimeMilliseconds()),
        Models =
        {
            cards.Select(each => (each.ActionId, each.Card, Figures: ToFigures(each.Card, now)))
                .Select(static each => (each.ActionId, each.Card, each.Figures, Finding: Health.Judge(each.Figures)))
                .OrderBy(static each => each.Finding is ModelFinding.None or ModelFinding.TooFew).ThenBy(static each => each.Finding)
                .ThenBy(static each => each.ActionId, StringComparer.Ordinal)
                .Select(static each => ToHealth(each.ActionId, each.Figures, each.Finding, each.Card.Champion.Lessons.LastAtMs)),
        },
    };

    private static ModelFigures ToFigures(ModelCard card, DateTimeOffset now)
    {
        var (checks, lessons) = (card.Champion.Checks, card.Champion.Lessons);
        return new(
            lessons.Accepted, lessons.NotAccepted, checks.LogLoss, checks.Auc, checks.CalibrationError,
            lessons.LastAtMs == 0 ? null : now - DateTimeOffset.FromUnixTimeMilliseconds(lessons.LastAtMs), card.IsFrozen);
    }

    private static V1.ModelHealth ToHealth(string actionId, in ModelFigures figures, ModelFinding finding, long lastAtMs)
    {
        var mapped = new V1.ModelHealth
        {
            ActionId = actionId, Finding = (V1.ModelFinding)((int)finding + 1), Accepted = figures.Accepted,
            NotAccepted = figures.NotAccepted,
            Rate = figures.Rate, IsFrozen = figures.IsFrozen, LastTime = lastAtMs == 0 ? null : Values.ToTimestamp(lastAtMs),
        };
        if (figures.Gain is { } gain)
        {
            mapped.Gain = gain;
        }

        if (figures.Auc is { } auc)
        {
            mapped.Auc = auc;
        }

        if (figures.LogLoss is { } loss)
        {
            mapped.LogLoss = loss;
        }

        if (figures.CalibrationError is { } error)
        {
            mapped.CalibrationError = error;
        }

        return mapped;
    }
}
