using Zhice.Contracts.Measurement;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Grains.Campaigns;

/// <content>The arm that wins gets all remaining customers, where the campaign lets it.</content>
internal sealed partial class CampaignGrain
{
    private long? _lookedAt;

    // What is kept says whether it is done: after a crash it is looked again, and comes to the same.
    private async Task Promote()
    {
        if (_current is not { Definition.Promotion: { } promotion, State: CampaignState.Scheduled or CampaignState.Running, IsPromotionOff: false }
            || _current.Definition.Order.PromotedArm.Length > 0
            || (_lookedAt is { } looked && clock.GetElapsedTime(looked) < promotions.Every)
            || catalogs.Current.Outcomes.FirstOrDefault(outcome => outcome.Id == promotion.OutcomeId) is not { } outcome)
        {
            return;
        }

        _lookedAt = clock.GetTimestamp();
        var order = _current.Definition.Order;
        var totals = await GrainFactory.GetGrain<IMeasurementGrain>(IMeasurementGrain.Key).Sum(new(order.CampaignId, ""));
        var all = ReportLine.Divide(totals.Totals, [])[0];
        var arms = ArmLines.Of(totals.Totals, order.Arms.Select(static arm => arm.Id));
        var look = CampaignLift.WatchRatio(
            all.Count(FactKind.Contacted), all.Count(FactKind.HeldOut), (double)order.Holdout / 10_000) is { } ratio && ratio.IsAlarm()
            ? new("", "those held out are out of their ratio", IsAlarm: true)
            : ArmPromotion.Look(arms, CampaignPlan.GetShares(order), outcome, promotion);
        if (look.IsAlarm || look.ArmId.Length > 0)
        {
            await Change(known => known is null || known.Definition.Order != order ? null
                : look.IsAlarm ? Logged(known with { IsPromotionOff = true }, "", $"promotes no arm: {look.Why}")
                : Logged(
                    known with { Definition = known.Definition with { Order = order with { PromotedArm = look.ArmId } } }, "",
                    $"promoted arm '{look.ArmId}' for all remaining customers: {look.Why}"));
        }
    }
}
