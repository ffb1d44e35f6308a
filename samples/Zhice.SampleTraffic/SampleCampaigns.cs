using Google.Protobuf.WellKnownTypes;
using Zhice.V1;

namespace Zhice.SampleTraffic;

/// <summary>The campaigns of a day: calls with two talks and a holdout, texts that keep to their hours, and a draft that waits.</summary>
internal sealed class SampleCampaigns(SampleDay day, Action<string> say)
{
    private const double ContactedShare = 0.14;
    private const double HeldOutShare = 0.07;
    private const int Page = 1_000;

    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var campaign in new[] { Calls(day.Run), Texts(day.Run) })
        {
            var saved = await day.Operations.Campaigns.SaveCampaignAsync(new() { Campaign = campaign }, cancellationToken: cancellation);
            await day.Approval.Campaigns.ApproveCampaignAsync(
                new() { CampaignId = campaign.CampaignId, Etag = saved.Status.Etag }, cancellationToken: cancellation);
            await day.Operations.Campaigns.ScheduleCampaignAsync(
                new() { CampaignId = campaign.CampaignId }, cancellationToken: cancellation);
            say($"The campaign {campaign.CampaignId} is approved and runs.");
        }

        await day.Operations.Campaigns.SaveCampaignAsync(new() { Campaign = Draft(day.Run) }, cancellationToken: cancellation);
        say("A draft waits for its approval.");
    }

    /// <summary>Lets some of those who were called, and of those who were held out, open a deposit: the lift of the day.</summary>
    public static async Task ConvertAsync(
        SampleDay day, Func<Event, ValueTask> send, IReadOnlyCollection<OutboundContact> contacted, CancellationToken cancellation)
    {
        var (place, id) = (0, Calls(day.Run).CampaignId);
        foreach (var contact in contacted.Where(each => each.CampaignId == id))
        {
            var chance = day.GetChance(place++, 5);
            // The talk that begins with the rate does better.
            if (chance.NextDouble() < ContactedShare + (contact.TreatmentId == SampleCatalog.RateTalk ? 0.05 : 0))
            {
                await send(Open(day, contact.CustomerId, chance));
            }
        }

        var token = "";
        do
        {
            var held = await day.Operations.Campaigns.ListCampaignEvaluationsAsync(
                new() { CampaignId = id, Outcome = EvaluationOutcome.Holdout, PageSize = Page, PageToken = token },
                cancellationToken: cancellation);
            foreach (var each in held.Evaluations)
            {
                var chance = day.GetChance(place++, 6);
                if (chance.NextDouble() < HeldOutShare)
                {
                    await send(Open(day, each.CustomerId, chance));
                }
            }

            token = held.NextPageToken;
        }
        while (token.Length > 0);
    }

    private static Event Open(SampleDay day, string customer, Random chance) => day.CreateEvent(
        customer, "opened", SampleCatalog.OutcomeId, TimeSpan.Zero, "branch", ("amount", SampleDay.Amount(chance, 100_000)));

    private static Campaign Calls(string run) => new()
    {
        CampaignId = $"sample_calls_{run}",
        DisplayName = "定期存款外呼（两种话术）",
        AudienceId = SampleAudiences.Called,
        ActionId = SampleCatalog.ActionId,
        PlacementIds = { "remote_bank_call" },
        Arms =
        {
            new CampaignArm { ArmId = "talk", Weight = 1, TreatmentId = SampleCatalog.Talk },
            new CampaignArm { ArmId = "rate", Weight = 1, TreatmentId = SampleCatalog.RateTalk },
        },
        Holdout = 0.2,
        OneOff = new(),
        ContactExpiry = Duration.FromTimeSpan(TimeSpan.FromDays(2)),
        ContactsPerSecond = 200,
        BudgetFen = 10_000_000,
        CostFen = 300,
    };

    private static Campaign Texts(string run) => new()
    {
        CampaignId = $"sample_texts_{run}",
        DisplayName = "周末存款短信",
        Audience = "tags.age >= 30 && tags.age < 40",
        ActionId = SampleCatalog.ActionId,
        PlacementIds = { "sms_outbound" },
        Holdout = 0.05,
        OneOff = new(),
        SendWindow = new() { From = "09:00", Until = "21:00" },
        ContactExpiry = Duration.FromTimeSpan(TimeSpan.FromHours(12)),
        ContactsPerSecond = 5,
        BudgetFen = 5_000_000,
        CostFen = 5,
    };

    private static Campaign Draft(string run) => new()
    {
        CampaignId = $"sample_draft_{run}",
        DisplayName = "久违回归（待审批）",
        Audience = "tags.churn_score >= 0.7",
        ActionId = "dormant_return",
        PlacementIds = { "push_outbound", "sms_outbound" },
        Holdout = 0.1,
        OneOff = new(),
        SendWindow = new() { From = "10:00", Until = "20:00" },
    };
}
