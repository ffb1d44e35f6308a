using System.Collections.Immutable;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Learning;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Settings = Zhice.Domain.Learning.ModelSettings;

namespace Zhice.Api.Learning;

/// <summary>What lists and cards say alike of models.</summary>
internal static class ModelMap
{
    public static ModelFeatures ToFeatures(Catalog catalog) => new()
    {
        TagCount = catalog.Tags.Count(static tag => tag.Unread is null),
        MaxTags = FeatureVector.MaxTags,
        UnreadTags =
        {
            catalog.Tags.Where(static tag => tag.Unread is not null)
                .Select(static tag => new UnreadTag { TagId = tag.Id, Reason = (UnreadReason)tag.Unread! }),
        },
    };

    /// <summary>The ids of the placements that can show an action, in their order.</summary>
    public static ImmutableArray<string> GetPlacements(BankAction action, Catalog catalog) =>
    [
        .. catalog.Placements.Values.Where(placement => placement.Candidates.Any(candidate => candidate.Action.Number == action.Number))
            .Select(static placement => placement.Id).Order(StringComparer.Ordinal),
    ];

    public static ModelScore ToScore(ModelReport report) =>
        ToScore(report.Settings, report.Learned, report.LogLoss, report.Auc, report.CalibrationError);

    public static ModelScore ToScore(ModelChecks checks) =>
        ToScore(checks.Settings, checks.Learned, checks.LogLoss, checks.Auc, checks.CalibrationError);

    private static ModelScore ToScore(Settings settings, long learned, double? logLoss, double? auc, double? calibrationError)
    {
        var score = new ModelScore { Settings = new() { PriorVariance = settings.PriorVariance, Drift = settings.Drift }, Learned = learned };
        if (logLoss is { } loss)
        {
            score.LogLoss = loss;
        }

        if (auc is { } area)
        {
            score.Auc = area;
        }

        if (calibrationError is { } error)
        {
            score.CalibrationError = error;
        }

        return score;
    }
}
