using Zhice.SystemTests.Processes;
using Zhice.V1;

namespace Zhice.SystemTests.Hostile;

/// <summary>Receivers of webhooks that answer without end.</summary>
[Collection(HostileTests.Name)]
public sealed class HostileWebhookTests(HostileBank bank)
{
    private const int Customers = 40;

    [Fact]
    public Task Answers_that_never_end_hold_up_no_contact() => bank.AttackAsync(async silo =>
    {
        await Task.WhenAll(Enumerable.Range(0, Customers).Select(async n => await silo.Customers.UpdateTagsAsync(new()
        {
            CustomerId = $"hooked{n}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 77 } } },
        })));
        var saved = await silo.Campaigns.SaveCampaignAsync(new()
        {
            Campaign = new() { CampaignId = "hooked", DisplayName = "Hooked", Audience = "tags.age == 77", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() },
        }, By.Li);
        await silo.Campaigns.ApproveCampaignAsync(new() { CampaignId = "hooked", Etag = saved.Status.Etag }, By.Wang);
        await silo.Campaigns.ScheduleCampaignAsync(new() { CampaignId = "hooked" }, By.Wang);

        await ClusterProcesses.UntilAsync(
            async () => (await silo.Deliveries.ListDeliveryCountsAsync(new() { CampaignId = "hooked" })).Counts
                .Any(static count => count is { Outcome: DeliveryOutcome.Sent, Count: Customers }),
            TimeSpan.FromMinutes(3)); // Longer than two leases: a contact whose report is lost comes again after one.
    });
}
