using Zhice.Domain.Measurement.Plans;
using Zhice.V1;
using PlanVerdict = Zhice.Domain.Measurement.Plans.PlanVerdict;

namespace Zhice.Catalogs.Campaigns;

/// <summary>The draft of the next campaign.</summary>
public static class NextCampaign
{
    private const int MaxIdLength = 64;
    private const string Suffix = "_next";

    /// <summary>The draft; null when there is no reason to contact anybody again.</summary>
    /// <param name="former">The campaign that the plan is based on.</param>
    /// <param name="plan">What its figures propose.</param>
    /// <param name="tierTag">The tag of the tiers; empty for none.</param>
    /// <param name="id">Its id; empty for that of the campaign with a suffix.</param>
    public static Campaign? Create(Campaign former, NextPlan plan, string tierTag, string id)
    {
        var isHopeless = plan.Verdict is PlanVerdict.NotMeasured
            || (plan.Verdict is PlanVerdict.Loss or PlanVerdict.TooSmall && !plan.Tiers.Any(static tier => tier.Verdict == PlanVerdict.Gain));
        if (isHopeless)
        {
            return null;
        }

        var draft = former.Clone();
        draft.CampaignId = id.Length > 0 ? id : $"{former.CampaignId[..Math.Min(former.CampaignId.Length, MaxIdLength - Suffix.Length)]}{Suffix}";
        draft.DisplayName = $"{(draft.DisplayName.Length == 0 ? former.CampaignId : draft.DisplayName)} →";
        draft.Audience = Narrow(draft, tierTag, [.. plan.Tiers.Where(static tier => !tier.IsKept).Select(static tier => tier.Figure.Name)]);
        draft.Holdout = plan.GetHoldout(draft.Holdout);
        foreach (var arm in plan.Arms)
        {
            draft.Arms.Single(each => each.ArmId == arm.Name).Weight = Math.Max(1, arm.Weight);
        }

        // Its times are over; whoever schedules it says when it runs.
        draft.EndTime = null;
        if (draft.ScheduleCase != Campaign.ScheduleOneofCase.Trigger)
        {
            draft.OneOff = new();
        }

        return draft;
    }

    // A customer without a tier stays.
    private static string Narrow(Campaign campaign, string tag, List<string> leftOut)
    {
        if (leftOut.Count == 0)
        {
            return campaign.Audience;
        }

        var without = $"!({string.Join(" || ", leftOut.Select(tier => $"tags.{tag} == \"{tier}\""))})";
        return campaign.Audience is "" or "true" ? without : $"({campaign.Audience}) && {without}";
    }
}
