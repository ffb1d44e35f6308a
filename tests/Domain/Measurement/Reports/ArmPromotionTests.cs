using System.Collections.Immutable;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Contacts;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Reports;

/// <summary>When an arm is promoted without a person.</summary>
public sealed class ArmPromotionTests
{
    private static readonly OutcomeDefinition Opened = new("opened", 3, 7, "", [], 30 * Bank.DayMs);
    private static readonly WinnerPromotion Promotion = new("opened", 0.95, 10_000);

    [Fact]
    public void The_arm_that_is_above_every_other_one_is_promoted()
    {
        var look = Look([0.5, 0.5], (5_000, 500), (5_000, 700));
        Assert.Equal(("b", false), (look.ArmId, look.IsAlarm));
        Assert.Contains("'b' 700 of 5000", look.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void None_is_promoted_before_it_is_shown()
    {
        var look = Look([0.5, 0.5], (5_000, 500), (5_000, 520));
        Assert.Equal(("", false), (look.ArmId, look.IsAlarm));
        Assert.NotEqual("", look.Why);
        Assert.Equal("", Look([0.5, 0.5], (0, 0), (0, 0)).ArmId);
    }

    [Fact]
    public void None_is_promoted_while_the_arms_are_out_of_their_ratio_however_far_ahead_it_is()
    {
        var look = Look([0.5, 0.5], (5_000, 500), (6_000, 1_800));
        Assert.Equal(("", true), (look.ArmId, look.IsAlarm));
        Assert.Equal("b", Look([5.0 / 11, 6.0 / 11], (5_000, 500), (6_000, 1_800)).ArmId);
    }

    [Fact]
    public void The_shares_of_a_campaigns_arms_are_those_that_it_draws()
    {
        var order = new CampaignSpec
        {
            CampaignId = "c", Revision = 1, Audience = "", ActionId = "a", PlacementIds = ["p"], ContactExpiryMs = 1,
            Arms = [new("a", 1, "x"), new("b", 3, "x"), new("c", 10, "x")],
        };
        var shares = CampaignPlan.GetShares(order);
        Assert.Equal(1, shares.Sum(), 12);
        Assert.Equal([0.1, 0.2, 0.7], shares.Select(static share => Math.Round(share, 12)));
    }

    private static ArmPromotion Look(ImmutableArray<double> shares, params (long Contacted, long Converted)[] arms) => ArmPromotion.Look(
        [
            .. arms.Select(static (arm, place) => new ReportLine([$"{(char)('a' + place)}"], new Dictionary<(FactKind, int), (long, long)>
            {
                [(FactKind.Contacted, 0)] = (arm.Contacted, 0), [(FactKind.Converted, 3)] = (arm.Converted, 0),
            }.ToImmutableDictionary())),
        ],
        shares, Opened, Promotion);
}
