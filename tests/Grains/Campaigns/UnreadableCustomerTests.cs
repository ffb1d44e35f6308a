using Google.Protobuf;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Campaigns;
using Zhice.Grains.Tests.Audiences;

namespace Zhice.Grains.Tests.Campaigns;

/// <summary>What a campaign says of customers whose states cannot be read.</summary>
public sealed class UnreadableCustomerTests(AudienceGrid grid) : IClassFixture<AudienceGrid>
{
    [Fact(Timeout = 120_000)]
    public async Task A_run_asks_all_others_and_names_whom_it_could_not_judge()
    {
        await grid.WriteAsync("c", 20);
        await PostgresServer.ExecuteAsync(
            grid.Store.SchemaConnectionString,
            @"UPDATE grain_state SET payload = '\xff'::bytea || payload WHERE grain_type = 'customer' AND grain_key = 'c7'");
        var campaign = grid.Grains.GetGrain<ICampaignGrain>("damaged");
        var definition = new V1.Campaign { CampaignId = "damaged", DisplayName = "Damaged", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() };
        Assert.Equal(CampaignOutcome.Made, (await campaign.Save(new(definition.ToByteArray(), "new", "li", false))).Outcome);
        await campaign.Take(CampaignStep.Approve, "wang", "", "");
        await campaign.Take(CampaignStep.Schedule, "wang", "", "");

        var ended = await MemoryGrid.UntilAsync(campaign, static known => known.State == CampaignState.Finished);

        Assert.Equal((19, "all had their turn but 1 whose states cannot be read: c7"), (ended.Runs[0].Counts.Contacted, ended.Note));
    }
}
