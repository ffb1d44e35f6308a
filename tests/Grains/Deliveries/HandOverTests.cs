using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.Stops;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stops;
using Zhice.Grains.Deliveries;
using Zhice.Grains.Stops;
using Zhice.Storage.Backends;
using Zhice.Storage.Outbox;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>A contact is judged again when a gateway asks for it. Each test has a channel of its own, and leaves nothing stopped.</summary>
public sealed class HandOverTests(DeliveryGrid grid) : IClassFixture<DeliveryGrid>
{
    [Fact]
    public async Task A_contact_of_a_customer_who_did_not_change_goes()
    {
        var contactId = await grid.SendAsync("same", "push_text", "push");

        Assert.Equal([contactId], await TakeAsync("push"));
    }

    [Fact, Trait("Category", "Quick")]
    public async Task A_refusal_after_the_commit_makes_what_waits_void_and_gives_back_what_it_took()
    {
        await grid.SendAsync("refused", "push_text", "bell");
        await grid.SendAsync("refused-counted", "sms_text", "bell");
        Assert.Equal((0, 1), await grid.UseAsync("refused"));
        Assert.Equal((1, 0), await grid.UseAsync("refused-counted"));
        await RefuseAsync("refused");
        await RefuseAsync("refused-counted");

        Assert.Empty(await TakeAsync("bell"));

        Assert.Equal((0, 0), await grid.UseAsync("refused"));
        Assert.Equal((0, 0), await grid.UseAsync("refused-counted"));
        Assert.Equal(2, await CountAsync("bell", DeliveryOutcome.VoidConsent));
        Assert.Empty(await WaitingAsync("bell"));
    }

    [Fact]
    public async Task A_dead_letter_is_not_sent_again_after_a_refusal()
    {
        var contactId = await GiveUpAsync("late", "mail");
        await RefuseAsync("late");

        Assert.Equal([new(contactId, DeliveryOutcome.VoidConsent, ReasonCode.Offered, "")], await ResendAsync("mail", contactId));

        Assert.Empty(await TakeAsync("mail"));
        Assert.Equal(contactId, Assert.Single(await Records.ListDead("mail", null, 10)).ContactId);
    }

    [Fact]
    public async Task A_dead_letter_that_a_cap_refuses_stays_one_and_is_told_why()
    {
        var contactId = await GiveUpAsync("capped", "post");
        for (var i = 0; i < 2; i++)
        {
            await grid.Customer("capped").RecommendAndCount(new("sms_text", 1, [], $"r{i}", 0));
        }

        Assert.Equal(
            [new(contactId, DeliveryOutcome.VoidPolicy, ReasonCode.CapReached, "two_a_week")], await ResendAsync("post", contactId));

        Assert.Empty(await TakeAsync("post"));
        Assert.Single(await Records.ListDead("post", null, 10));
    }

    [Theory]
    [InlineData("push_text", 0, 1)]
    [InlineData("sms_text", 1, 0)]
    public async Task A_dead_letter_that_is_sent_again_has_its_place_in_the_caps_at_once_and_goes_once(
        string placement, int counted, int held)
    {
        var (customer, channel) = ($"again-{placement}", $"again-{placement}");
        var contactId = await GiveUpAsync(customer, channel, placement);
        Assert.Equal((0, 0), await grid.UseAsync(customer));

        var answers = await Task.WhenAll(ResendAsync(channel, contactId), ResendAsync(channel, contactId));
        Assert.Equal([new(contactId, 0, ReasonCode.Offered, "")], answers.SelectMany(static each => each));

        Assert.Equal((counted, held), await grid.UseAsync(customer));
        Assert.Empty(await Records.ListDead(channel, null, 10));
        Assert.Empty(await ResendAsync(channel, contactId));

        // One place is left of two a week.
        Assert.Equal(1, (await grid.Customer(customer).RecommendAndCount(new("sms_text", 1, [], "r", 0))).Decision!.OfferedCount);
        Assert.Equal(0, (await grid.Customer(customer).RecommendAndCount(new("sms_text", 1, [], "r2", 0))).Decision!.OfferedCount);
        Assert.Equal([contactId], await TakeAsync(channel));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dead_letter_that_is_sent_again_takes_a_unit_of_its_stock_or_is_refused()
    {
        var (first, second) =
            (await GiveUpAsync("unit-1", "units", actionId: "limited"), await GiveUpAsync("unit-2", "units", actionId: "limited"));
        Assert.Equal(default, Assert.Single(await ResendAsync("units", first)).Refusal);
        Assert.Equal([new(second, DeliveryOutcome.VoidPolicy, ReasonCode.OutOfStock, "")], await ResendAsync("units", second));
        Assert.Equal([first], await TakeAsync("units"));

        // The first is given up once more: the unit is the second's once it is back.
        await grid.Customer("unit-1").SettleContacts([new(first, DeliveryOutcome.GivenUp, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())]);
        while (Assert.Single(await ResendAsync("units", second)).Refusal != 0)
        {
            await Task.Yield();
        }

        Assert.Equal(ReasonCode.OutOfStock, Assert.Single(await ResendAsync("units", first)).Reason);
    }

    [Fact]
    public async Task What_was_made_of_a_profile_whose_use_is_refused_since_goes_and_teaches_nothing()
    {
        var lesson = new KeptLesson([0, 5], LessonKind.Seen, 1);
        var refused = await grid.SendAsync("learned-not", "push_text", "lessons", lesson: lesson);
        var changed = await grid.SendAsync("learned", "push_text", "lessons", lesson: lesson);
        await grid.Customer("learned-not").UpdateConsent(new(0, Purpose.Personalization, false, Guid.NewGuid().ToString(), 0));
        await grid.Customer("learned").UpdateConsent(new(0, Purpose.Personalization, true, Guid.NewGuid().ToString(), 0));

        var allowed = await AllowedAsync("lessons");

        Assert.Equal(
            [(refused, true), (changed, false)],
            allowed.Select(static contact => (contact.ContactId, ContactLesson.Split(contact.Contact.Message).Lesson is null)));
    }

    [Theory]
    [InlineData(StopKind.Channel, "stop-Channel")]
    [InlineData(StopKind.Action, "deposit")]
    [InlineData(StopKind.Campaign, "spring")]
    [InlineData(StopKind.Marketing, "")]
    public async Task What_is_stopped_waits_and_goes_once_the_stop_is_lifted(StopKind kind, string target)
    {
        var channel = $"stop-{kind}";
        var contactId = await grid.SendAsync($"stopped-{kind}", "push_text", channel);
        var answer = await Board.Set(new(kind, target, "wang", "wrong text", 1));
        try
        {
            Assert.Equal((true, 2, 2), (answer.IsChanged, answer.AppliedSilos, answer.AllSilos));
            Assert.Empty(await TakeAsync(channel, silo: 0));
            Assert.Empty(await TakeAsync(channel, silo: 1));
            var waits = Assert.Single(await WaitingAsync(channel));
            Assert.Equal(
                (contactId, 0, answer.Board.Stops[0].Name),
                (V1.OutboundContact.Parser.ParseFrom(waits.Message).ContactId, waits.Attempts, waits.HeldBy));
        }
        finally
        {
            Assert.True((await Board.Lift(kind, target, "wang", "")).IsChanged);
        }

        await grid.Services(0).GetRequiredService<StopMaintenance>().KeepAsync();
        Assert.Equal([contactId], await TakeAsync(channel));
    }

    [Fact]
    public async Task A_stopped_action_is_not_offered_and_the_decision_says_so_and_can_be_made_again()
    {
        await Board.Set(new(StopKind.Action, "deposit", "wang", "wrong rate", 1));
        var decision = await grid.Customer("asks").Recommend(new("app_home", 5, [], "", 0));
        await Board.Lift(StopKind.Action, "deposit", "wang", "");

        Assert.Contains(
            decision.Verdicts,
            verdict => verdict.Action == grid.Catalog.ActionsById["deposit"].Number && verdict.Reason == ReasonCode.Stopped);
        var record = new DecisionRecord(decision, Domain.Customers.CustomerStateCodec.ToBytes(new()), [], 5);
        Assert.True(DecisionRecord.IsSame(decision, record.Replay(grid.Catalog)!));
        Assert.DoesNotContain(
            (await grid.Customer("asks").Recommend(new("app_home", 5, [], "", 0))).Verdicts,
            static verdict => verdict.Reason == ReasonCode.Stopped);
    }

    [Fact]
    public async Task A_set_or_lifted_stop_is_told_with_who_and_why()
    {
        await Board.Set(new(StopKind.Channel, "post", "wang", "provider down", 7));
        Assert.False((await Board.Set(new(StopKind.Channel, "post", "li", "again", 8))).IsChanged);
        await Board.Lift(StopKind.Channel, "post", "li", "provider up");
        Assert.False((await Board.Lift(StopKind.Channel, "post", "li", "again")).IsChanged);

        Assert.Equal(
            [(false, "li", "provider up"), (true, "wang", "provider down")],
            (await Board.Find()).Log.Where(static entry => entry.Change.TargetId == "post")
                .Select(static entry => (entry.IsSet, entry.Change.Actor, entry.Change.Comment)));
    }

    [Fact]
    public async Task The_contacts_of_a_paused_campaign_wait_and_those_of_a_recalled_one_are_void()
    {
        var contactId = await grid.SendAsync("paused", "push_text", "hook-less");
        await Board.NoteCampaign("spring", CampaignQueue.Waits, 0);
        Assert.Empty(await TakeAsync("hook-less"));
        Assert.Equal("paused/spring", Assert.Single(await WaitingAsync("hook-less")).HeldBy);

        await Board.NoteCampaign("spring", CampaignQueue.Flows, 0);
        await grid.Services(0).GetRequiredService<StopMaintenance>().KeepAsync();
        Assert.Equal("", Assert.Single(await WaitingAsync("hook-less")).HeldBy);

        var beforeMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 1;
        await Board.NoteCampaign("spring", CampaignQueue.Flows, beforeMs);
        Assert.Empty(await TakeAsync("hook-less"));
        await grid.Services(0).GetRequiredService<StopMaintenance>().KeepAsync();
        await grid.Services(0).GetRequiredService<OverdueContacts>().EndAsync();
        Assert.Equal((0, 0), await grid.UseAsync("paused"));
        Assert.Equal(1, await CountAsync("hook-less", DeliveryOutcome.VoidCampaign));

        // What is made later is not recalled.
        while (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() < beforeMs)
        {
            await Task.Yield();
        }

        var later = await grid.SendAsync("after", "push_text", "hook-less");
        await grid.Services(1).GetRequiredService<StopMaintenance>().KeepAsync();
        Assert.NotEqual(contactId, later);
        Assert.Equal([later], await TakeAsync("hook-less"));
    }

    [Fact]
    public async Task A_contact_whose_action_was_recalled_or_removed_is_void()
    {
        await grid.SendAsync("season", "push_text", "ended");
        var catalog = DeliveryGrid.CatalogOfSends();
        catalog.Actions.Single(
            static action => action.ActionId == "deposit").EndTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddMinutes(-1));
        await grid.ApplyAsync(catalog);
        Assert.Empty(await TakeAsync("ended"));
        Assert.Equal(1, await CountAsync("ended", DeliveryOutcome.VoidSeason));

        await grid.ApplyAsync(DeliveryGrid.CatalogOfSends());
        await grid.SendAsync("removed", "push_text", "ended");
        catalog = DeliveryGrid.CatalogOfSends();
        catalog.Actions.Remove(catalog.Actions.Single(static action => action.ActionId == "deposit"));
        await grid.ApplyAsync(catalog);
        Assert.Empty(await TakeAsync("ended"));
        Assert.Equal(1, await CountAsync("ended", DeliveryOutcome.VoidRemoved));

        await grid.ApplyAsync(DeliveryGrid.CatalogOfSends());
        Assert.Equal((0, 0), await grid.UseAsync("season"));
        Assert.Equal((0, 0), await grid.UseAsync("removed"));
    }

    [Fact]
    public async Task What_falls_into_quiet_hours_waits_for_their_end()
    {
        await grid.SendAsync("quiet", "push_text", "night");
        var catalog = DeliveryGrid.CatalogOfSends();
        var now = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(8));
        catalog.Channels.Single(static channel => channel.ChannelId == "push").QuietHours =
            new() { From = $"{now.AddMinutes(-5):HH:mm}", Until = $"{now.AddMinutes(30):HH:mm}" };
        await grid.ApplyAsync(catalog);

        Assert.Empty(await TakeAsync("night"));

        await grid.ApplyAsync(DeliveryGrid.CatalogOfSends());
        var waits = Assert.Single(await WaitingAsync("night"));
        Assert.Equal((HandOver.QuietHours, 0), (waits.HeldBy, waits.Attempts));
        Assert.InRange(waits.NextAtMs, now.AddMinutes(28).ToUnixTimeMilliseconds(), now.AddMinutes(31).ToUnixTimeMilliseconds());
        Assert.Equal((0, 1), await grid.UseAsync("quiet"));
    }

    [Fact]
    public async Task An_action_that_an_agent_holds_meanwhile_does_not_go()
    {
        await grid.SendAsync("held", "push_text", "agent");
        await grid.Customer("held").Hold(
            new("deposit", "app_home", "wang", DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds(), "", "h1", 0));

        Assert.Empty(await TakeAsync("agent"));

        Assert.Equal((0, 0), await grid.UseAsync("held"));
        Assert.Equal(1, await CountAsync("agent", DeliveryOutcome.VoidHeld));
    }

    private IStopBroadcastGrain Board => grid.Grains.GetGrain<IStopBroadcastGrain>(IStopBroadcastGrain.Key);

    private IDeliveryRecordsGrain Records => grid.Grains.GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);

    private async Task RefuseAsync(string customerId) =>
        await grid.Customer(customerId).UpdateConsent(new(0, Purpose.Marketing, false, Guid.NewGuid().ToString(), 0));

    private async Task<IReadOnlyList<WaitingContactLine>> WaitingAsync(string channel) =>
        await Records.ListWaiting(channel, "", long.MaxValue, null, 100);

    private async Task<long> CountAsync(string channel, DeliveryOutcome outcome) =>
        (await Records.ListCounts("spring", null, 1_000))
            .Where(count => count.ChannelId == channel && count.Outcome == outcome)
            .Sum(static count => count.Count);

    // A contact that a gateway gave up.
    private async Task<string> GiveUpAsync(string customerId, string channel, string placementId = "push_text", string actionId = "deposit")
    {
        var contactId = await grid.SendAsync(customerId, placementId, channel, actionId: actionId);
        await grid.Customer(customerId).SettleContacts(
            [new(contactId, DeliveryOutcome.GivenUp, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())]);
        return contactId;
    }

    private async Task<ResentContact[]> ResendAsync(string channel, string contactId) =>
        [.. await Records.Resend(channel, [contactId], TimeSpan.FromHours(1))];

    // What a gateway would get now: one look of a subscription, without its wait.
    private async Task<string[]> TakeAsync(string channel, int silo = 0) =>
        [.. (await AllowedAsync(channel, silo)).Select(static contact => contact.ContactId)];

    private async Task<IReadOnlyList<LeasedContactRow>> AllowedAsync(string channel, int silo = 0)
    {
        var (services, nowMs) = (grid.Services(silo), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var leased = (await services.GetRequiredService<IStores>().Outbox.LeaseAsync(new(channel, [.. Enumerable.Repeat((byte)1, 1024)], 10, nowMs, nowMs + 60_000, 5))).Contacts;
        return await services.GetRequiredService<HandOvers>().AllowedAsync(leased);
    }

    private static SubscriptionTerms Terms(string channel) => new(channel, "test", TimeSpan.FromMinutes(1));
}
