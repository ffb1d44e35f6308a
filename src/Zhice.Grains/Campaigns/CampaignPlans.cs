using System.Collections.Concurrent;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;

namespace Zhice.Grains.Campaigns;

/// <summary>The plans of the campaigns that this silo's customers take their turns in, each made ready once.</summary>
internal sealed class CampaignPlans
{
    private const int MaxPlans = 256;

    private readonly ConcurrentDictionary<(string CampaignId, long Revision, string Audience, string PromotedArm), Made> _plans = new();

    /// <summary>The plan of an order; null when the catalogue does not allow it, and why.</summary>
    public CampaignPlan? Get(CampaignSpec order, Catalog catalog, out string fault)
    {
        var key = (order.CampaignId, order.Revision, order.Audience, order.PromotedArm);
        if (!_plans.TryGetValue(key, out var made) || made.Catalog != catalog)
        {
            if (_plans.Count >= MaxPlans)
            {
                _plans.Clear();
            }

            made = new(catalog, CampaignPlan.Make(order, catalog, out var wrong), wrong);
            _plans[key] = made;
        }

        fault = made.Fault;
        return made.Plan;
    }

    private sealed record Made(Catalog Catalog, CampaignPlan? Plan, string Fault);
}
