using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.Learning;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Grains.Deliveries;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>From a customer's commit to a consumer, and back to the customer. Each test has a channel of its own.</summary>
public sealed class DeliveryTests(DeliveryGrid grid) : IClassFixture<DeliveryGrid>
{
    [Theory]
    [InlineData(0, "bell")]
    [InlineData(1, "post")]
    public async Task A_commit_wakes_the_consumers_of_its_channel_on_every_silo(int silo, string channel)
    {
        var taking = grid.Subscribe(silo).Take(Terms(channel), 10);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(taking.IsCompleted);

        var clock = Stopwatch.StartNew();
        await grid.SendAsync($"woken-{silo}", "push_text", channel, silo: 0);

        Assert.Single(await taking);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}: nobody woke it.");
    }

    [Fact]
    public async Task A_contact_that_counts_when_it_is_sent_is_held_until_then_and_counts_once()
    {
        var contactId = await grid.SendAsync("sent", "push_text", "push");
        Assert.Equal((0, 1), await grid.UseAsync("sent"));
        var subscription = grid.Subscribe();
        var taken = await TakeAsync(subscription, "push", contactId);

        Assert.Equal(SettlementOutcome.Settled, await ReportAsync(subscription, new ContactReport(contactId, taken.LeaseId)));
        Assert.Equal(SettlementOutcome.Ended, await ReportAsync(subscription, new ContactReport(contactId, taken.LeaseId)));

        Assert.Equal((1, 0), await grid.UseAsync("sent"));
    }

    [Fact]
    public async Task A_contact_that_expires_gives_its_slot_back()
    {
        await grid.SendAsync("expired", "push_text", "mail", life: TimeSpan.FromSeconds(-1));
        await grid.SendAsync("expired-counted", "sms_text", "mail", life: TimeSpan.FromSeconds(-1));
        Assert.Equal((0, 1), await grid.UseAsync("expired"));
        Assert.Equal((1, 0), await grid.UseAsync("expired-counted"));

        await grid.Services(1).GetRequiredService<OverdueContacts>().EndAsync();

        Assert.Equal((0, 0), await grid.UseAsync("expired"));
        Assert.Equal((0, 0), await grid.UseAsync("expired-counted"));
    }

    [Fact]
    public async Task One_that_is_given_up_gives_its_slot_back_and_counts_when_it_is_sent_again_after_all()
    {
        var contactId = await grid.SendAsync("dead", "sms_text", "sms");
        var subscription = grid.Subscribe();
        var taken = await TakeAsync(subscription, "sms", contactId);
        Assert.Equal(
            SettlementOutcome.Settled,
            await ReportAsync(
                subscription, new ContactReport(contactId, taken.LeaseId) { IsSent = false, IsGivenUp = true, Reason = "no such number" }));
        Assert.Equal((0, 0), await grid.UseAsync("dead"));

        var records = grid.Services(0).GetRequiredService<IGrainFactory>().GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);
        Assert.Equal(default, Assert.Single(await records.Resend("sms", [contactId], TimeSpan.FromHours(1))).Refusal);
        var again = await TakeAsync(subscription, "sms", contactId);
        Assert.Equal(SettlementOutcome.Settled, await ReportAsync(subscription, new ContactReport(contactId, again.LeaseId)));

        Assert.Equal((1, 0), await grid.UseAsync("dead"));
        Assert.Contains(
            await records.ListCounts("spring", null, 100),
            count => count is { ChannelId: "sms", Outcome: DeliveryOutcome.GivenUp, Count: 1 });
        Assert.Contains(
            await records.ListCounts("spring", null, 100), count => count is { ChannelId: "sms", Outcome: DeliveryOutcome.Sent, Count: 1 });
    }

    [Fact]
    public async Task Receipts_count_once_and_an_opened_contact_was_seen()
    {
        var contactId = await grid.SendAsync("opened", "app_home", "desk");
        var customer = grid.Customer("opened");
        ContactSettlement[] receipts =
        [
            new(contactId, DeliveryOutcome.Delivered, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()) { CampaignId = "spring" },
            new(contactId, DeliveryOutcome.Opened, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()) { CampaignId = "spring" },
        ];

        Assert.Equal([EventOutcome.Recorded, EventOutcome.Recorded], (await customer.SettleContacts([.. receipts])).ToArray());
        Assert.Equal([EventOutcome.Duplicate, EventOutcome.Duplicate], (await customer.SettleContacts([.. receipts])).ToArray());

        Assert.Equal((1, 0), await grid.UseAsync("opened"));
        Assert.Equal(FeedbackType.Impression, (await customer.Find())!.State.ContactLog.All[0].Answer);
        var records = grid.Services(0).GetRequiredService<IGrainFactory>().GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);
        Assert.Equal(
            1,
            (await records.ListCounts("spring", null, 100))
                .Where(count => count.Outcome == DeliveryOutcome.Opened)
                .Sum(count => count.Count));
    }

    [Fact]
    public async Task One_that_a_receipt_says_did_not_arrive_gives_its_slot_back()
    {
        var contactId = await grid.SendAsync("failed", "sms_text", "desk");
        Assert.Equal((1, 0), await grid.UseAsync("failed"));
        ContactSettlement receipt = new(contactId, DeliveryOutcome.Failed, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

        Assert.Equal([EventOutcome.Recorded], (await grid.Customer("failed").SettleContacts([receipt])).ToArray());

        Assert.Equal((0, 0), await grid.UseAsync("failed"));
    }

    [Theory]
    [InlineData("sms_text", "ring")]
    [InlineData("push_text", "horn")]
    public async Task What_a_channel_takes_teaches_once_that_it_was_seen_and_the_channel_is_not_told_so(string placement, string channel)
    {
        var learner = grid.Grains.GetGrain<ILearnerGrain>("deposit");
        var learned = (await learner.Describe()).Champion.Learned;
        var contactId = await grid.SendAsync(
            $"taught-{placement}", placement, channel, lesson: new KeptLesson([0, 5, 77_000], LessonKind.Seen, 1));
        var subscription = grid.Subscribe();
        var taken = await TakeAsync(subscription, channel, contactId);
        Assert.Null(ContactLesson.Split(taken.Message).Lesson);
        Assert.Equal(learned, (await learner.Describe()).Champion.Learned);

        Assert.Equal(SettlementOutcome.Settled, await ReportAsync(subscription, new ContactReport(contactId, taken.LeaseId)));
        Assert.Equal(SettlementOutcome.Ended, await ReportAsync(subscription, new ContactReport(contactId, taken.LeaseId)));

        // Lessons are sent one way.
        while ((await learner.Describe()).Champion.Learned == learned)
        {
            await Task.Yield();
        }

        Assert.Equal(learned + 1, (await learner.Describe()).Champion.Learned);
    }

    [Fact]
    public async Task What_a_channel_does_not_take_teaches_nothing()
    {
        var learner = grid.Grains.GetGrain<ILearnerGrain>("deposit");
        var learned = (await learner.Describe()).Champion.Learned;
        var contactId = await grid.SendAsync("untaught", "sms_text", "drum", lesson: new KeptLesson([0, 5], LessonKind.Seen, 1));
        var subscription = grid.Subscribe();
        var taken = await TakeAsync(subscription, "drum", contactId);

        await ReportAsync(subscription, new ContactReport(contactId, taken.LeaseId) { IsSent = false, IsGivenUp = true });

        Assert.Equal(learned, (await learner.Describe()).Champion.Learned);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_receipt_that_says_it_did_not_arrive_takes_back_what_the_exposure_taught()
    {
        var learner = grid.Grains.GetGrain<ILearnerGrain>("deposit");
        var learned = (await learner.Describe()).Champion.Learned;
        var decision = (await grid.Customer("unreached").RecommendAndCount(new("sms_text", 1, [], "r1", 0))).Decision!;
        var contact = new ContactId(decision.Id, decision.Verdicts[0].Action);
        await UntilAsync(learned + 1);

        await grid.Customer("unreached").SettleContacts(
            [new(contact.ToString(), DeliveryOutcome.Failed, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())]);

        await UntilAsync(learned);

        // Lessons are sent one way.
        async Task UntilAsync(long expected)
        {
            while ((await learner.Describe()).Champion.Learned != expected)
            {
                await Task.Yield();
            }
        }
    }

    private static SubscriptionTerms Terms(string channel) => new(channel, "test", TimeSpan.FromMinutes(1));

    private static async Task<LeasedContact> TakeAsync(ISubscriptionGrain subscription, string channel, string contactId)
    {
        var taken = Assert.Single(await subscription.Take(Terms(channel), 10));
        Assert.Equal(contactId, V1.OutboundContact.Parser.ParseFrom(taken.Message).ContactId);
        return taken;
    }

    private static async Task<SettlementOutcome> ReportAsync(ISubscriptionGrain subscription, ContactReport report) =>
        Assert.Single(await subscription.Report(Terms("push"), [report]));
}
