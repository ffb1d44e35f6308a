using System.Collections.Immutable;
using Zhice.Api.Requests;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Contrasts;
using Zhice.V1;
using DecisionContrasts = Zhice.Domain.Experiments.DecisionContrasts;

namespace Zhice.Api.Measurement;

/// <summary>Ways to decide as the public contract has them.</summary>
internal static class ContrastMap
{
    private const string NothingShown =
        "No group of decision_contrasts has an offer that was shown. The catalogue draws the groups (decision_contrasts: {share: 0.01}).";

    public static GetContrastsResponse ToResponse(long asOfMs, ImmutableArray<ContrastFigures> contrasts) => new()
    {
        AsOfTime = Values.ToTimestamp(asOfMs),
        Contrasts = { contrasts.Select(ToLine) },
        Refusal = contrasts.All(static contrast => contrast.Shown == 0) ? NothingShown : "",
    };

    private static ContrastLine ToLine(ContrastFigures figures)
    {
        var line = new ContrastLine
        {
            ContrastId = DecisionContrasts.GetName(figures.Contrast), Shown = figures.Shown, Converted = figures.Converted,
            AmountFen = figures.Fen,
        };
        if (figures.Gain is { } gain)
        {
            line.Difference = gain.Value;
            line.Watched = MeasurementMap.ToWatched(gain);
        }

        return line;
    }
}
