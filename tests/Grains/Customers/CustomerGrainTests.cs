using System.Collections.Immutable;
using Orleans.Core.Internal;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Orleans.Storage;
using Zhice.Contracts.Customers;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Tests.Customers;

[Collection("grid")]
public sealed class CustomerGrainTests(Grid grid)
{
    private readonly Catalog _catalog = grid.Catalogs.First().Current;

    [Fact]
    public async Task A_write_that_fails_leaves_no_trace()
    {
        var customer = Customer("failed");
        await Record(customer, Login("first"));
        grid.Store.FailNextWrite(customer.GetGrainId(), Fault.NotWritten);

        await Assert.ThrowsAsync<IOException>(async () => await Record(customer, Login("second")));

        Assert.Equal(1, await Logins(customer));
        Assert.Equal([EventOutcome.Recorded], await Record(customer, Login("second")));
        Assert.Equal(2, await Logins(customer));
    }

    [Fact]
    public async Task A_customer_of_white_space_whom_a_store_has_from_before_can_be_asked_as_others()
    {
        var customer = grid.Grains.Customer(" \t");
        Assert.Equal([EventOutcome.Recorded], await Record(customer, Login("first")));
        Assert.Equal(1, await Logins(customer));
        Assert.Equal(GrainId.Create("customer", "c1"), grid.Grains.Customer("c1").GetGrainId());
        Assert.Equal(GrainId.Create("customer", "c1").GetUniformHashCode(), grid.Grains.Customer("c1").GetGrainId().GetUniformHashCode());
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_counts_once_when_it_is_repeated()
    {
        var customer = Customer("unknown");
        grid.Store.FailNextWrite(customer.GetGrainId(), Fault.WrittenAndLost);

        await Assert.ThrowsAsync<TimeoutException>(async () => await Record(customer, Login("once")));

        Assert.Equal([EventOutcome.Duplicate], await Record(customer, Login("once")));
        Assert.Equal(1, await Logins(customer));
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_forgets_what_it_knew_and_reads_again()
    {
        var customer = Customer("overtaken");
        await Record(customer, Login("first"));
        var reads = grid.Store.Reads[customer.GetGrainId()];
        grid.Store.FailNextWrite(customer.GetGrainId(), Fault.Overtaken);

        await Assert.ThrowsAsync<InconsistentStateException>(async () => await Record(customer, Login("second")));

        Assert.Equal([EventOutcome.Recorded], await Record(customer, Login("second")));
        Assert.True(grid.Store.Reads[customer.GetGrainId()] > reads);
        Assert.Equal(2, await Logins(customer));
    }

    [Fact]
    public async Task Readers_see_what_is_committed_while_a_write_is_under_way()
    {
        var customer = Customer("busy");
        await Record(customer, Login("first"));
        var begun = grid.Store.NextWriteOf(customer.GetGrainId());
        var held = grid.Store.HoldNextWrite(customer.GetGrainId());
        var writing = Record(customer, Login("second"));
        await begun;

        Assert.Equal(1, await Logins(customer));
        await customer.Recommend(new RecommendQuery("app_home", 3, [], "", 0));

        held.SetResult();
        await writing;
        Assert.Equal(2, await Logins(customer));
    }

    [Fact]
    public async Task A_batch_with_an_id_twice_counts_it_once()
    {
        var customer = Customer("batch");

        var outcomes = await Record(customer, Login("a"), Login("b"), Login("a"));

        Assert.Equal([EventOutcome.Recorded, EventOutcome.Recorded, EventOutcome.Duplicate], outcomes);
        Assert.Equal(2, await Logins(customer));
    }

    [Fact]
    public async Task Only_duplicates_are_not_written()
    {
        var customer = Customer("still");
        await Record(customer, Login("a"));
        var version = (await customer.Find())!.Version;

        await Record(customer, Login("a"));

        Assert.Equal(version, (await customer.Find())!.Version);
    }

    [Fact]
    public async Task A_counting_decision_is_answered_again_from_the_store_after_the_memory_is_gone()
    {
        var customer = Customer("counted");
        var query = new RecommendQuery("sms_text", 1, [], "request", 7);
        var first = await customer.RecommendAndCount(query);
        await customer.Cast<IGrainManagementExtension>().DeactivateOnIdle();

        var again = await customer.RecommendAndCount(query);
        var other = await customer.RecommendAndCount(query with { BodyHash = 8 });

        Assert.Equal(first.Decision!.Id, again.Decision!.Id);
        Assert.Equal(ChangeOutcome.RequestIdReused, other.Outcome);
        Assert.Equal(1, (await customer.Find())!.State.ContactLog.All.Length);
    }

    [Fact]
    public async Task A_decision_whose_cap_reserves_holds_its_slot_over_a_restart_and_once_for_a_request()
    {
        var definition = SmallCatalog.Create();
        (definition.ContactCaps[0].Limit, definition.ContactCaps[0].Reserve) = (1, true);
        await grid.ApplyAsync(definition);
        try
        {
            var customer = Customer("reserving");
            var query = new RecommendQuery("app_home", 3, [], "request", 7);
            var first = await customer.RecommendAndCount(query);
            Assert.Equal(1, first.Decision!.OfferedCount);
            Assert.Empty((await customer.Recommend(query)).Verdicts);
            await customer.Cast<IGrainManagementExtension>().DeactivateOnIdle();

            Assert.Equal(first.Decision.Id, (await customer.RecommendAndCount(query)).Decision!.Id);
            var other = await customer.RecommendAndCount(query with { RequestId = "other" });
            Assert.Equal(0, other.Decision!.OfferedCount);
            Assert.All(other.Decision.Verdicts, verdict => Assert.True(verdict.Reason is ReasonCode.CapReached or ReasonCode.Ineligible));
            Assert.Single((await customer.Find())!.State.Reservations.All.ToArray());
        }
        finally
        {
            await grid.ApplyAsync(SmallCatalog.Create());
        }
    }

    [Fact]
    public async Task A_customer_that_moves_to_another_silo_takes_its_state_along()
    {
        var customer = Customer("moving");
        await Record(customer, Login("a"));
        var reads = grid.Store.Reads[customer.GetGrainId()];
        var management = grid.Grains.GetGrain<IManagementGrain>(0);
        var from = await management.GetActivationAddress(customer);
        var to = grid.Cluster.Silos.Select(silo => silo.SiloAddress).First(silo => !silo.Equals(from));

        RequestContext.Set(IPlacementDirector.PlacementHintKey, to);
        await customer.Cast<IGrainManagementExtension>().MigrateOnIdle();
        RequestContext.Clear();
        while (Equals(await management.GetActivationAddress(customer) ?? from, from))
        {
            await Task.Yield();
        }

        Assert.Equal(1, await Logins(customer));
        Assert.Equal(reads, grid.Store.Reads[customer.GetGrainId()]);
    }

    [Fact]
    public async Task A_customer_whose_calls_come_through_one_other_silo_moves_there_with_its_decisions()
    {
        var customer = Customer("followed");
        await Record(customer, Login("a"));
        var reads = grid.Store.Reads[customer.GetGrainId()];
        var management = grid.Grains.GetGrain<IManagementGrain>(0);
        var from = await management.GetActivationAddress(customer);
        var to = grid.Cluster.Silos.Select(silo => silo.SiloAddress).First(silo => !silo.Equals(from));
        var decisions = new List<DecisionId>();

        for (var call = 0; call < 8; call++)
        {
            decisions.Add((await customer.Recommend(CallThrough(to))).Id);
        }

        while (!Equals(await management.GetActivationAddress(customer), to))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, await Logins(customer));
        Assert.Equal(reads, grid.Store.Reads[customer.GetGrainId()]);
        foreach (var decision in decisions)
        {
            Assert.Equal(decision, (await customer.Explain(decision))!.Decision.Id);
        }
    }

    [Fact]
    public async Task A_customer_whose_calls_come_through_several_silos_stays()
    {
        var customer = Customer("in-between");
        await Record(customer, Login("a"));
        var management = grid.Grains.GetGrain<IManagementGrain>(0);
        var from = (await management.GetActivationAddress(customer))!;
        var to = grid.Cluster.Silos.Select(silo => silo.SiloAddress).First(silo => !silo.Equals(from));

        for (var call = 0; call < 64; call++)
        {
            // Seven in a row from elsewhere, then one from here, or from a silo that is none, as of a gateway.
            await customer.Recommend(call % 8 < 7 ? CallThrough(to) : call % 16 < 8 ? CallThrough(from) : CallThrough(to) with { FromSilo = 0 });
        }

        // Nor does it go to a silo that has gone.
        for (var call = 0; call < 8; call++)
        {
            await customer.Recommend(CallThrough(to) with { FromSilo = 1 });
        }

        Assert.Equal(1, await Logins(customer));
        Assert.Equal(from, await management.GetActivationAddress(customer));
    }

    [Fact]
    public async Task What_operators_see_is_masked()
    {
        var customer = Customer("masked");
        var phone = new TagChange(_catalog.TagsById["phone"].Number, TagOperation.Set, TagValue.String("13800000000"), 0);
        await customer.UpdateTags(new TagUpdate([phone], "", 0, TagSource.Api));

        var shown = (await customer.GetState()).ToString();

        Assert.DoesNotContain("13800000000", shown, StringComparison.Ordinal);
    }

    private static RecommendQuery CallThrough(SiloAddress silo) =>
        new("app_home", 3, [], "", 0, FromSilo: silo.GetConsistentHashCode());

    private ICustomerGrain Customer(string id) => grid.Grains.GetGrain<ICustomerGrain>(id);

    private CustomerEvent Login(string id) => new()
    {
        Id = id, Type = _catalog.EventTypes["login"], AtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
    };

    private static async Task<EventOutcome[]> Record(ICustomerGrain customer, params CustomerEvent[] events) =>
        [.. await customer.Record([.. events])];

    private async Task<long> Logins(ICustomerGrain customer)
    {
        var record = (await customer.Find())!;
        var view = new CustomerView(record.State, _catalog, [], DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        return view.TryGet(_catalog.TagsById["logins"], out var count) ? count : 0;
    }
}
