using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Audiences;

/// <summary>Makes the question of a condition and a saved audience.</summary>
public static class AudienceResolving
{
    /// <summary>The question; null when there is no such audience.</summary>
    /// <param name="grains">Where the saved audiences are.</param>
    /// <param name="expression">A condition; empty for none.</param>
    /// <param name="audienceId">A saved audience, which must hold too; empty for none.</param>
    /// <param name="nowMs">The instant of the question, unix milliseconds.</param>
    public static async ValueTask<AudienceQuestion?> QuestionAsync(
        this IGrainFactory grains, string expression, string audienceId, long nowMs, Purpose purpose = Purpose.Marketing)
    {
        if (audienceId.Length == 0)
        {
            return new(expression, nowMs) { Purpose = purpose };
        }

        if (await grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key).Find(audienceId) is not { } saved)
        {
            return null;
        }

        var both = (expression.Length, saved.Expression.Length) switch
        {
            (0, _) => saved.Expression,
            (_, 0) => expression,
            _ => $"({expression}) && ({saved.Expression})",
        };
        return new(both, nowMs, saved.List) { Purpose = purpose };
    }
}
