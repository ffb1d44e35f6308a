using Zhice.Cli.Running;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Plans;
using Zhice.V1;

namespace Zhice.Cli.Reports;

/// <summary>The figures of a campaign that a plan is made of.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="TierTag">The tag of the tiers; empty for none.</param>
/// <param name="All">All customers.</param>
/// <param name="ByTier">By tier.</param>
internal sealed record PlanFigures(Campaign Campaign, string Outcome, string TierTag, GetLiftResponse All, GetLiftResponse ByTier)
{
    /// <summary>By arm, with the winner.</summary>
    public required GetLiftResponse ByArm { get; init; }

    /// <summary>The line of all customers; null when nobody was contacted or held out.</summary>
    public LiftLine? Line => All.Lines.FirstOrDefault();

    /// <summary>Whether the groups are out of ratio, so that nothing is to be believed.</summary>
    public bool IsOutOfRatio => All.SampleRatio?.IsAlarm ?? false;

    /// <summary>Asks the server.</summary>
    public static async Task<PlanFigures> ReadAsync(Session session, string campaignId, string outcomeId, double confidence)
    {
        var cancellation = session.Cancellation;
        async Task<GetLiftResponse> LiftAsync(params ReportDimension[] by) => await session.Client.Measurement.GetLiftAsync(
            new() { CampaignId = campaignId, OutcomeId = outcomeId, By = { by }, Confidence = confidence }, cancellationToken: cancellation);
        var all = await LiftAsync();
        var campaign = await session.Client.Campaigns.GetCampaignAsync(new() { CampaignId = campaignId }, cancellationToken: cancellation);
        var catalog = await session.Client.Catalog.GetCatalogAsync(new(), cancellationToken: cancellation);
        return new(campaign.Status.Campaign, outcomeId, catalog.Catalog.TierTagId, all, await LiftAsync(ReportDimension.Tier))
        {
            ByArm = await LiftAsync(ReportDimension.Arm),
        };
    }

    /// <summary>What they propose.</summary>
    public NextPlan Propose(PlanTerms terms)
    {
        var arms = IsOutOfRatio ? [] : Campaign.Arms
            .Select(arm => ByArm.Lines.FirstOrDefault(line => line.Keys[0] == arm.ArmId))
            .Where(static line => line is { Contacted: > 0 }).Select(static line => line!).ToList();
        return NextPlan.Propose(
            IsOutOfRatio || Line is null ? null : ToFigure(Line, ""),
            IsOutOfRatio || TierTag.Length == 0 ? [] : [.. ByTier.Lines
                .Where(static line => line.Keys[0].Length > 0).Select(static line => ToFigure(line, line.Keys[0])).OfType<PlanFigure>()],
            [.. arms.Select(static line => (line.Keys[0], new Proportion(line.Converted, line.Contacted)))],
            arms.FindIndex(line => ByArm.Winner is { ArmId.Length: > 0 } winner && line.Keys[0] == winner.ArmId),
            terms);
    }

    private static PlanFigure? ToFigure(LiftLine line, string name) => line.Watched is null
        ? null
        : new(name, line.Watched.Value, new(line.Watched.Low, line.Watched.High), line.Watched.PValue);
}
