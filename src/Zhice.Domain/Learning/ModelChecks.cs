using System.Security.Cryptography;
using Orleans;

namespace Zhice.Domain.Learning;

/// <summary>A model at a moment: how it learns, how well it predicted, and which weights it has.</summary>
/// <param name="Settings">How it learns.</param>
/// <param name="Learned">How many outcomes it has learned.</param>
/// <param name="LogLoss">See <see cref="ProgressiveScore.LogLoss"/>.</param>
/// <param name="Auc">See <see cref="ProgressiveScore.Auc"/>.</param>
/// <param name="CalibrationError">See <see cref="ProgressiveScore.CalibrationError"/>.</param>
/// <param name="WeightsSha256">The SHA-256 of <see cref="BayesianModel.ToBytes"/>, in lower-case
/// hexadecimal digits: equal models have equal ones.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-checks")]
public sealed record ModelChecks(
    [property: Id(0)] ModelSettings Settings,
    [property: Id(1)] long Learned,
    [property: Id(2)] double? LogLoss,
    [property: Id(3)] double? Auc,
    [property: Id(4)] double? CalibrationError,
    [property: Id(5)] string WeightsSha256)
{
    /// <summary>A model as it is now.</summary>
    public static ModelChecks Of(BayesianModel model, ProgressiveScore score) => new(
        model.Settings, model.Learned, score.LogLoss, score.Auc, score.CalibrationError,
        Convert.ToHexStringLower(SHA256.HashData(model.ToBytes())));
}
