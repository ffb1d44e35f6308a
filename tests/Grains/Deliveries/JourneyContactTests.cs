using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.HandOffs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Grains.Deliveries;
using Zhice.TestBank;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>What became of the contacts and hand-offs that stages make, as their journey hears it.</summary>
public sealed class JourneyContactTests(DeliveryGrid grid) : IClassFixture<DeliveryGrid>, IAsyncLifetime
{
    private static int s_events;

    public async ValueTask InitializeAsync() => await grid.ApplyAsync(Bank());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_stage_hears_that_its_contact_was_sent_though_it_counts_when_it_is_decided()
    {
        await HappenAsync("sent", "login");
        Assert.Equal("invited", await StageAsync("sent"));
        await TakeAndSendAsync("sms", "sent");
        Assert.Equal("texted", await StageAsync("sent"));
    }

    [Fact]
    public async Task What_waits_of_a_stage_that_the_customer_left_is_void_and_gives_its_place_back()
    {
        await HappenAsync("left", "login");
        Assert.Equal((1, 0), await grid.UseAsync("left"));
        await HappenAsync("left", "logout");
        Assert.Null(await StageAsync("left"));

        await grid.Services(0).GetRequiredService<OverdueContacts>().EndAsync();
        Assert.Equal((0, 0), await grid.UseAsync("left"));
        Assert.DoesNotContain("left", await WaitingAsync("sms"));
    }

    [Fact]
    public async Task A_blocked_contact_leads_on_in_the_same_commit_and_a_hand_off_without_room_for_its_hold_sends_no_task()
    {
        foreach (var (customer, holds) in new[] { ("called", 0), ("full", 16) })
        {
            await grid.Customer(customer).UpdateConsent(
                new(grid.Catalog.Channels["sms"].Number, Purpose.Marketing, false, $"{customer}-refuses", 0));
            for (var i = 0; i < holds; i++)
            {
                var order = new HoldRequest(
                    $"x{i}", "push_text", "li", DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds(), "", $"hold-{i}", 0);
                Assert.Equal(HoldResult.Held, (await grid.Customer(customer).Hold(order)).Result);
            }

            await HappenAsync(customer, "login");
        }

        Assert.Equal("called", await StageAsync("called"));
        Assert.Contains("called", await WaitingAsync("push"));
        Assert.Equal("stuck", await StageAsync("full"));
        Assert.DoesNotContain("full", await WaitingAsync("push"));
        Assert.Equal(16, (await grid.Customer("full").Find())!.State.Holds.All.Length);
    }

    [Fact]
    public async Task A_version_that_customers_are_in_is_not_changed_and_one_beside_it_is_taken()
    {
        await HappenAsync("member", "login");
        var changed = Bank();
        changed.Journeys[0].Stages[0].Transitions.Add(
            new V1.JourneyTransition { After = Duration.FromTimeSpan(TimeSpan.FromHours(1)), ToStageId = "done" });
        var keeper = grid.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);
        var answer = await keeper.Apply(new CatalogChange { Definition = changed.ToByteArray(), ValidateOnly = true });
        Assert.Equal(CatalogOutcome.Faulty, answer.Outcome);
        var fault = Assert.Single(answer.Faults);
        Assert.Equal("journeys[0]", fault.Path);
        Assert.Contains("add a version", fault.Description, StringComparison.Ordinal);

        var second = changed.Journeys[0].Clone();
        second.Version = 2;
        var beside = Bank();
        beside.Journeys.Add(second);
        Assert.Equal(
            CatalogOutcome.Applied,
            (await keeper.Apply(new CatalogChange { Definition = beside.ToByteArray(), ValidateOnly = true })).Outcome);
    }

    private async Task HappenAsync(string customer, string type) => await grid.Customer(customer).Record(
        [new CustomerEvent
        {
            Id = $"{customer}-{type}-{Interlocked.Increment(ref s_events)}", Type = grid.Catalog.Symbols.Find(SymbolKind.EventType, type),
            AtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        }]);

    private async Task<string?> StageAsync(string customer)
    {
        var symbols = grid.Catalog.Symbols;
        var place = (await grid.Customer(customer).Find())!.State.Journeys.Find(symbols.Find(SymbolKind.Journey, "steps"));
        return place is null ? null : symbols.FindName(SymbolKind.Stage, place.Value.Stage)!["steps/".Length..];
    }

    private async Task TakeAndSendAsync(string channel, string customer)
    {
        var (subscription, terms) = (grid.Subscribe(), new SubscriptionTerms(channel, "test", TimeSpan.FromMinutes(1)));
        while (true)
        {
            foreach (var taken in await subscription.Take(terms, 10))
            {
                var contact = V1.OutboundContact.Parser.ParseFrom(taken.Message);
                await subscription.Report(terms, [new ContactReport(contact.ContactId, taken.LeaseId) { IsSent = true }]);
                if (contact.CustomerId == customer)
                {
                    Assert.Equal(
                        ("steps", 1, "invited", true),
                        (contact.Origin.JourneyId, contact.Origin.Version, contact.Origin.StageId, contact.Origin.VoidOnLeave));
                    await subscription.Leave();
                    return;
                }
            }
        }
    }

    private async Task<string[]> WaitingAsync(string channel)
    {
        var records = grid.Grains.GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);
        return [.. (await records.ListWaiting(channel, "", long.MaxValue, null, 100)).Select(static line =>
            V1.OutboundContact.Parser.ParseFrom(line.Message).CustomerId)];
    }

    internal static V1.Catalog Bank()
    {
        var catalog = DeliveryGrid.CatalogOfSends();
        catalog.EventTypes.Add(new V1.EventType { EventTypeId = "logout" });
        for (var i = 0; i < 16; i++)
        {
            var held = catalog.Actions[1].Clone();
            held.ActionId = $"x{i}";
            catalog.Actions.Add(held);
        }

        var contact = new V1.StageAction { Contact = new() { ActionId = "deposit", PlacementIds = { "sms_text" } } };
        var call = new V1.StageAction
        {
            HandOff = new() { ActionId = "deposit", PlacementId = "push_text", Owner = "desk", Kind = "call_back", DueIn = Duration.FromTimeSpan(TimeSpan.FromDays(1)) },
        };
        catalog.Journeys.Add(new V1.Journey
        {
            JourneyId = "steps",
            Version = 1,
            Entry = new() { EventTypeIds = { "login" } },
            Stages =
            {
                Stage("invited", contact, On(V1.StageContactOutcome.Sent, "texted"), On(V1.StageContactOutcome.Blocked, "called")),
                Stage("texted", null),
                Stage("called", call, On(V1.StageContactOutcome.Blocked, "stuck")),
                Stage("stuck", null),
                new V1.JourneyStage { StageId = "done", Final = true },
            },
        });
        return catalog;
    }

    private static V1.JourneyStage Stage(string id, V1.StageAction? stageAction, params V1.JourneyTransition[] ways)
    {
        var stage = new V1.JourneyStage { StageId = id, Transitions = { ways } };
        stage.Transitions.Add(new V1.JourneyTransition { EventTypeId = "logout", ToStageId = "done" });
        if (stageAction is not null)
        {
            stage.OnEnter.Add(stageAction);
        }

        return stage;
    }

    private static V1.JourneyTransition On(V1.StageContactOutcome outcome, string to) => new() { OnContact = outcome, ToStageId = to };
}
