using Xunit;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Facts;
using Zhice.Storage.Outbox;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Facts;

/// <summary>What each back end must do with facts.</summary>
public abstract class FactStoreContract(Backend backend) : IAsyncLifetime
{
    private const long Start = 1_800_000_000_000;
    private const int Day = 20_833;

    private static readonly FactGroup Summer = new() { Campaign = "summer", Action = "定期存款", Channel = "sms", Placement = "sms_offer", Treatment = "short", Arm = "a", Tier = "gold" };
    private static readonly FactGroup Winter = Summer with { Campaign = "winter", Arm = "" };

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, long> _versions = [];
    private IBackend _store = null!;

    public async ValueTask InitializeAsync() => _store = await backend.OpenAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_contact_is_waiting_until_its_channel_takes_it_and_each_state_is_counted_once()
    {
        await SendAsync("a", "c1", Summer);
        await SendAsync("b", "c2", Summer);
        await SendAsync("c", "c3", Winter);
        Assert.Equal(["Contacted 0 x2", "Waiting 0 x2"], await SumAsync("summer"));

        var leased = await LeaseAsync();
        var contact = leased.First(static row => row.ContactId == "c1");
        Assert.Equal(
            [SettlementOutcome.Settled], await _store.Outbox.AcknowledgeAsync([new(contact.ContactId, contact.Lease)], Day, Start + 5));
        Assert.Equal(
            [SettlementOutcome.Ended], await _store.Outbox.AcknowledgeAsync([new(contact.ContactId, contact.Lease)], Day, Start + 5));

        Assert.Equal(["Contacted 0 x2", "HandedOver 0 x1", "Waiting 0 x1"], await SumAsync("summer"));
        Assert.Equal(["Contacted 0 x1", "Waiting 0 x1"], await SumAsync("winter"));
    }

    [Fact]
    public async Task A_contact_that_leaves_the_outbox_unsent_is_void_and_one_that_is_sent_again_is_counted_as_such()
    {
        await SendAsync("a", "c1", Summer);
        await WriteAsync("a", static effects => effects.End(new("c1", DeliveryOutcome.GivenUp, Day)));
        await WriteAsync("a", static effects => effects.End(new("c1", DeliveryOutcome.GivenUp, Day)));
        Assert.Equal(["Contacted 0 x1", $"Void {(int)DeliveryOutcome.GivenUp} x1"], await SumAsync("summer"));

        await WriteAsync("a", static effects => effects.SendAgain(Contact("c1", Summer)));
        Assert.Equal(
            ["Contacted 0 x1", "Resent 0 x1", $"Void {(int)DeliveryOutcome.GivenUp} x1", "Waiting 0 x1"], await SumAsync("summer"));
    }

    [Fact]
    public async Task The_facts_of_a_commit_are_recorded_with_its_state_once_and_those_of_a_stale_one_never()
    {
        var effects = new CommitEffects();
        effects.Record(Fact.Of(FactKind.HeldOut, "h1", Start, Day, Summer));
        effects.Record(
            Fact.Of(FactKind.Converted, "e1", Start, Day, Summer) with { Code = 3, AmountFen = 1_000_000_000_000, About = "h1" });
        var write = StateWrite.Create(Keys.Customer("a"), 0, [1], effects);
        Assert.True((await _store.WriteAsync([write]))[0].IsWritten);
        Assert.True((await _store.WriteAsync([write]))[0].IsWritten);
        Assert.False((await _store.WriteAsync([StateWrite.Create(Keys.Customer("a"), 77, [1], effects)]))[0].IsWritten);

        Assert.Equal(["HeldOut 0 x1", "Converted 3 x1 1000000000000"], await SumAsync("summer"));
    }

    [Fact]
    public async Task A_contact_without_a_group_is_not_measured()
    {
        await WriteAsync("a", static effects => effects.Send(Contact("c1", Summer) with { Group = null, GroupId = 0 }));
        var contact = Assert.Single(await LeaseAsync());
        await _store.Outbox.AcknowledgeAsync([new(contact.ContactId, contact.Lease)], Day, Start);
        Assert.Empty(await SumAsync(""));
    }

    [Fact]
    public async Task A_batch_that_is_appended_again_changes_nothing()
    {
        var batch = Guid.NewGuid();
        Fact[] facts = [.. Enumerable.Range(0, 1_000).Select(static i => Behaved($"c{i % 10}", $"e{i}", Day + (i % 2)))];
        await _store.Facts.AppendAsync(batch, facts);
        await _store.Facts.AppendAsync(batch, facts);
        await _store.Facts.AppendAsync(Guid.NewGuid(), [Behaved("c1", "later", Day)]);

        var totals = (await _store.Facts.SumAsync(new())).Totals;
        Assert.Equal(
            [(Day, 501L, 5_010L), (Day + 1, 500L, 5_000L)],
            totals.OrderBy(static total => total.Day).Select(static total => (total.Day, total.Count, total.AmountFen)));
        Assert.All(totals, static total => Assert.Equal(new FactGroup { EventType = "app_open" }, total.Group));
        Assert.Equal(1_001, (await PagesAsync(97)).Count);
    }

    [Fact]
    public async Task Amounts_are_those_of_each_contact_together_and_add_up_to_their_sums()
    {
        // 100 billion yuan, twice: more than 32 bits, and squares of more than 64.
        const long Huge = 10_000_000_000_000;
        var effects = new CommitEffects();
        Converted("e1", "c1", 5, FactKind.Converted);
        Converted("e2", "c1", 7, FactKind.ConvertedAgain);
        Converted("e3", "c2", 12, FactKind.Converted);
        Converted("e4", "c3", Huge, FactKind.Converted);
        Converted("e5", "c4", -Huge, FactKind.Converted);
        Converted("e6", "c5", 0, FactKind.Converted);
        Converted("e7", "c6", 3, FactKind.HeldOutConverted);
        Converted("e8", "c7", 9, FactKind.Converted, code: 2);
        await WriteAsync("a", all => effects.Facts.ToList().ForEach(fact => all.Record(fact)));

        var found = (await _store.Facts.ListAmountsAsync(new("winter"), 1)).OrderBy(static each => each.IsHeldOut).ToList();
        Assert.Equal([false, true], found.Select(static each => each.IsHeldOut));
        Assert.Equal(
            [(-Huge, 1L), (0, 1), (12, 2), (Huge, 1)],
            found[0].Fen.Zip(found[0].Contacts).Select(static each => ((long)each.First, each.Second)).Order());
        Assert.Equal([(3.0, 1L)], found[1].Fen.Zip(found[1].Contacts));
        var sums = await _store.Facts.SumOutcomesAsync(new("winter"), 1);
        Assert.All(sums.OrderBy(static each => each.IsHeldOut).Zip(found), static pair =>
        {
            var (sum, same) = (pair.First, pair.Second.ToSums());
            Assert.Equal((sum.Group, sum.IsHeldOut, sum.Contacts, sum.SumFen), (same.Group, same.IsHeldOut, same.Contacts, same.SumFen));
            Assert.Equal(1, sum.SumOfSquares / same.SumOfSquares, 12);
        });
        Assert.Empty(await _store.Facts.ListAmountsAsync(new("winter", ToDay: Day - 1), 1));

        void Converted(string key, string about, long fen, FactKind kind, int code = 1) =>
            effects.Record(Fact.Of(kind, key, Start, Day, Winter) with { Code = code, AmountFen = fen, About = about });
    }

    [Fact]
    public async Task Totals_of_amounts_that_are_larger_than_a_number_together_are_no_fault()
    {
        const long Most = long.MaxValue - 1;
        for (var day = 0; day < 3; day++)
        {
            await _store.Facts.AppendAsync(
                Guid.NewGuid(),
                [Fact.Of(FactKind.Converted, $"e{day}", Start, Day + day, Winter) with { CustomerId = "a", Code = 1, AmountFen = Most, About = $"c{day}" }]);
        }

        var totals = await _store.Facts.SumAsync(new("winter"));
        Assert.Equal(3, totals.Totals.Length);
        Assert.Equal(long.MaxValue, Assert.Single(ReportLine.Divide(totals.Totals, [])).Fen(FactKind.Converted, 1));
        Assert.True(Assert.Single(await _store.Facts.SumOutcomesAsync(new("winter"), 1)).SumFen > long.MaxValue);
    }

    [Fact]
    public async Task Experiments_of_the_catalogue_are_summed_by_name_alone()
    {
        var experiment = new FactGroup { Campaign = "experiment:tone", Arm = "warm" };
        await _store.Facts.AppendAsync(
            Guid.NewGuid(),
            [
                Fact.Of(FactKind.Exposed, "x1", Start, Day, experiment) with { CustomerId = "a" },
                Fact.Of(FactKind.Converted, "e1", Start, Day, experiment) with { CustomerId = "a", Code = 1, AmountFen = 7, About = "x1" },
                Fact.Of(FactKind.Converted, "e1", Start, Day, Winter) with { CustomerId = "a", Code = 1, AmountFen = 7, About = "c1" },
            ]);
        Assert.Equal(["Converted 1 x1 7", "Exposed 0 x1"], await SumAsync("experiment:tone"));
        Assert.Equal(["Converted 1 x1 7"], await SumAsync(""));
        Assert.Equal(7, Assert.Single(await _store.Facts.SumOutcomesAsync(new("experiment:tone"), 1)).SumFen);
        Assert.Equal("winter", Assert.Single(await _store.Facts.SumOutcomesAsync(new(), 1)).Group.Campaign);
        Assert.Equal("winter", Assert.Single(await _store.Facts.ListAmountsAsync(new(), 1)).Group.Campaign);
    }

    [Fact]
    public async Task Facts_are_listed_in_pages_as_they_were_recorded_by_whatever_way()
    {
        await SendAsync("客户+/a", "c1", Summer);
        await WriteAsync("客户+/a", static effects => effects.Record(
            Fact.Of(FactKind.Outcome, "e1", Start + 9, Day, Summer) with { Code = 2, AmountFen = -5, About = "c1" }));
        await _store.Facts.AppendAsync(
            Guid.NewGuid(),
            [Fact.Of(FactKind.Offered, "c7", Start + 1, Day, Winter) with { CustomerId = "b", Rank = 2, Probability = 0.25f }]);

        var facts = await PagesAsync(1);
        Assert.Equal(
            [
                Fact.Of(FactKind.Contacted, "c1", Start, Day, Summer) with { CustomerId = "客户+/a" },
                Fact.Of(
                    FactKind.Outcome, "e1", Start + 9, Day, Summer) with { CustomerId = "客户+/a", Code = 2, AmountFen = -5, About = "c1" },
                Fact.Of(FactKind.Offered, "c7", Start + 1, Day, Winter) with { CustomerId = "b", Rank = 2, Probability = 0.25f },
            ],
            facts);
        Assert.Empty(await _store.Facts.ListAsync(Today.AddDays(-1), 0, 10));
        Assert.Empty(await _store.Facts.ListAsync(Today.AddYears(-5), 0, 10));
    }

    [Fact]
    public async Task Events_of_customers_are_listed_in_pages_by_day_of_the_bank_and_type()
    {
        Fact Create(int number, string type, string about) =>
            Fact.Of(FactKind.Behaved, $"e{number}", Start + number, Day + (number % 3), new() { EventType = type, Channel = "app" }) with
            {
                CustomerId = $"客户-{number % 7}", About = about,
            };
        await SendAsync("客户-1", "c1", Summer);
        await _store.Facts.AppendAsync(
            Guid.NewGuid(),
            [.. Enumerable.Range(0, 300).Select(i => Create(i, i % 2 == 0 ? "login" : "transfer", i % 5 == 0 ? "{\"page\":\"首页\"}" : ""))]);

        var (found, after) = (new List<BehaviorRecord>(), 0L);
        while (await _store.Facts.ListBehaviorAsync(new(Today, new(Day, Day + 1), ["login", "其他"]), after, 7) is { Count: > 0 } page)
        {
            found.AddRange(page.Select(static each => each.Record));
            after = page[^1].Number;
        }

        Assert.Equal(
            Enumerable.Range(0, 300).Where(static i => i % 2 == 0 && i % 3 < 2).Select(static i =>
                new BehaviorRecord($"客户-{i % 7}", "login", "app", Start + i, Day + (i % 3))
                {
                    Properties = i % 5 == 0 ? "{\"page\":\"首页\"}" : "",
                }),
            found);
        Assert.Equal(300, (await _store.Facts.ListBehaviorAsync(new(Today, new(0, int.MaxValue), []), 0, 1_000)).Count);
        Assert.Empty(await _store.Facts.ListBehaviorAsync(new(Today.AddDays(-1), new(0, int.MaxValue), []), 0, 10));
        Assert.Empty(await _store.Facts.ListBehaviorAsync(new(Today.AddYears(-5), new(0, int.MaxValue), []), 0, 10));
    }

    [Fact]
    public async Task Outcomes_are_summed_for_each_contact_apart_from_those_held_out()
    {
        foreach (var (kind, about, amount, code) in new[]
        {
            (FactKind.Converted, "c1", 100L, 1), (FactKind.ConvertedAgain, "c1", 200L, 1), (FactKind.Converted, "c2", 500L, 1),
            (FactKind.HeldOutConverted, "h1", 50L, 1), (FactKind.Converted, "c3", 9_999L, 2), (FactKind.Outcome, "c1", 300L, 1),
        })
        {
            await WriteAsync(
                "a",
                effects => effects.Record(Fact.Of(kind, "e", Start, Day, Summer) with { Code = code, AmountFen = amount, About = about }));
        }

        var sums = (await _store.Facts.SumOutcomesAsync(new("summer"), 1)).OrderBy(static sum => sum.IsHeldOut).ToArray();
        Assert.Equal(
            [(false, 2L, 800.0, 340_000.0), (true, 1L, 50.0, 2_500.0)],
            sums.Select(static sum => (sum.IsHeldOut, sum.Contacts, sum.SumFen, sum.SumOfSquares)));
        Assert.All(sums, static sum => Assert.Equal(Summer, sum.Group));
        Assert.Empty(await _store.Facts.SumOutcomesAsync(new("summer", ToDay: Day - 1), 1));
        Assert.Empty(await _store.Facts.SumOutcomesAsync(new("winter"), 1));
    }

    [Fact]
    public async Task Offers_add_up_by_arm_and_customer_and_an_offer_that_is_shown_and_seen_is_one()
    {
        var (app, home) = (new FactGroup { Arm = "contrast:a", Placement = "app" }, new FactGroup { Arm = "contrast:a", Placement = "home" });
        Fact Of(FactKind kind, string key, string customer, FactGroup group, int day = Day) =>
            Fact.Of(kind, key, Start, day, group) with { CustomerId = customer, Code = kind == FactKind.Converted ? 1 : 0 };
        await _store.Facts.AppendAsync(Guid.NewGuid(),
        [
            Of(FactKind.Shown, "1", "anna", app), Of(FactKind.Seen, "1", "anna", app), Of(FactKind.Shown, "2", "anna", app),
            Of(FactKind.Seen, "3", "anna", home), Of(FactKind.Converted, "1", "anna", app), Of(FactKind.Shown, "4", "bert", app),
            Of(FactKind.Converted, "4", "bert", app) with { Code = 2 }, Of(FactKind.Shown, "5", "cora", app with { Arm = "summer" }),
            Of(FactKind.Shown, "6", "bert", app, Day - 1), Of(FactKind.Converted, "7", "dora", home),
        ]);

        Assert.Equal([new CustomerSums("contrast:a", 2, 4, 1, 10, 3, 1)], await _store.Facts.SumCustomersAsync("contrast:", new(Day, Day), 1));
        Assert.Equal([new CustomerSums("contrast:a", 1, 1, 0, 1, 0, 0)], await _store.Facts.SumCustomersAsync("contrast:", new(0, Day - 1), 1));
        Assert.Empty(await _store.Facts.SumCustomersAsync("other:", new(0, int.MaxValue), 1));
    }

    [Fact]
    public async Task Facts_are_read_customer_by_customer_by_kind_group_type_of_event_and_outcome()
    {
        Fact Of(FactKind kind, string customer, FactGroup group, int code = 0, long fen = 0) =>
            Fact.Of(kind, customer, Start, Day, group) with { CustomerId = customer, Code = code, AmountFen = fen };
        var (open, buy) = (new FactGroup { EventType = "app_open" }, new FactGroup { EventType = "buy" });
        await _store.Facts.AppendAsync(Guid.NewGuid(),
        [
            Of(FactKind.Contacted, "anna", Summer), Of(FactKind.HeldOut, "bert", Summer), Of(FactKind.Contacted, "cora", Winter),
            Of(FactKind.Seen, "anna", Summer), Of(FactKind.Behaved, "anna", open), Of(FactKind.Behaved, "bert", buy),
            Of(FactKind.Outcome, "anna", Summer, 1, 900), Of(FactKind.Outcome, "冬", FactGroup.None, 2),
        ]);

        async Task<string[]> ReadAsync(CustomerFactFilter filter)
        {
            var found = new List<CustomerFact>();
            await foreach (var page in _store.Facts.ReadCustomersAsync(filter))
            {
                found.AddRange(page);
            }

            Assert.All(found, static fact => Assert.Equal(Start, fact.AtMs));
            return [.. found.Select(static fact => $"{fact.CustomerId} {fact.Kind} {fact.Code} {fact.AmountFen}").Order(StringComparer.Ordinal)];
        }

        var entries = new CustomerFactFilter(Today, [FactKind.Contacted, FactKind.HeldOut]);
        Assert.Equal(["anna Contacted 0 0", "bert HeldOut 0 0", "cora Contacted 0 0"], await ReadAsync(entries));
        Assert.Equal(["anna Contacted 0 0", "bert HeldOut 0 0"], await ReadAsync(entries with { GroupIds = [Summer.GetId()] }));
        Assert.Empty(await ReadAsync(entries with { RecordedOn = Today.AddDays(-1) }));
        Assert.Empty(await ReadAsync(entries with { RecordedOn = Today.AddDays(-500) }));
        var news = new CustomerFactFilter(Today, [FactKind.Behaved, FactKind.Outcome]) { Outcomes = [0, 1] };
        Assert.Equal(["anna Behaved 0 0", "anna Outcome 1 900", "bert Behaved 0 0"], await ReadAsync(news));
        Assert.Equal(["anna Behaved 0 0", "冬 Outcome 2 0"], await ReadAsync(news with { EventType = "app_open", Outcomes = [2] }));
    }

    [Fact]
    public async Task A_day_of_many_facts_is_read_in_pages_and_each_fact_once()
    {
        const int Many = 130_000;
        foreach (var some in Enumerable.Range(0, Many).Chunk(10_000))
        {
            await _store.Facts.AppendAsync(
                Guid.NewGuid(), [.. some.Select(static n => Behaved($"c{n}", $"e{n}", Day))]);
        }

        var (customers, pages) = (new HashSet<string>(), 0);
        await foreach (var page in _store.Facts.ReadCustomersAsync(new(Today, [FactKind.Behaved])))
        {
            pages++;
            Assert.All(page, fact => Assert.True(customers.Add(fact.CustomerId)));
        }

        Assert.Equal((Many, true), (customers.Count, pages > 1 || backend == Backend.Memory || backend == Backend.Postgres));
    }

    [Fact]
    public async Task Many_who_commit_at_once_lose_no_count()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            for (var i = 0; i < 20; i++)
            {
                var effects = new CommitEffects();
                effects.Send(Contact($"c{writer}.{i}", i % 2 == 0 ? Summer : Winter));
                effects.Record(
                    Fact.Of(FactKind.Seen, $"c{writer}.{i}", Start, Day, Summer with { Tier = $"{i % 3}" }) with { AmountFen = 1 });
                Assert.True((await _store.WriteAsync([StateWrite.Create(Keys.Customer($"{writer}.{i}"), 0, [1], effects)]))[0].IsWritten);
            }
        }));
        Assert.Equal(["Contacted 0 x160", "Seen 0 x320 320", "Waiting 0 x160"], await SumAsync("summer"));
    }

    private static DateOnly Today => DateOnly.FromDateTime(DateTime.UtcNow);

    private static Fact Behaved(string customer, string key, int day) =>
        Fact.Of(FactKind.Behaved, key, Start, day, new() { EventType = "app_open" }) with { CustomerId = customer, AmountFen = 10 };

    private static OutboundContact Contact(string id, FactGroup group) => new(id, "sms", Start, Start + 600_000, [1])
    {
        CampaignId = group.Campaign, Group = group, GroupId = group.GetId(), MadeAtMs = Start, Day = Day,
    };

    private Task SendAsync(string customer, string contact, FactGroup group) =>
        WriteAsync(customer, effects => effects.Send(Contact(contact, group)));

    private async Task WriteAsync(string customer, Action<CommitEffects> with)
    {
        var effects = new CommitEffects();
        with(effects);
        var outcome =
            (await _store.WriteAsync([StateWrite.Create(Keys.Customer(customer), _versions.GetValueOrDefault(customer), [1], effects)]))[0];
        Assert.True(outcome.IsWritten);
        _versions[customer] = outcome.Version;
    }

    private async Task<IReadOnlyList<LeasedContactRow>> LeaseAsync()
    {
        var buckets = new byte[CustomerBucket.Count];
        Array.Fill(buckets, (byte)1);
        return (await _store.Outbox.LeaseAsync(new("sms", buckets, 10, Start, Start + 60_000, 5))).Contacts;
    }

    private async Task<string[]> SumAsync(string campaign)
    {
        var totals = await _store.Facts.SumAsync(new(campaign));
        Assert.InRange(
            totals.AsOfMs, DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds(),
            DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds());
        return
        [
            .. totals.Totals.GroupBy(static total => (total.Kind, total.Code)).OrderBy(static same => same.Key)
                .Select(static same => $"{same.Key.Kind} {same.Key.Code} x{same.Sum(static total => total.Count)}{(same.Sum(static total => total.AmountFen) is var fen and not 0 ? $" {fen}" : "")}"),
        ];
    }

    private async Task<List<Fact>> PagesAsync(int size)
    {
        var (found, after) = (new List<Fact>(), 0L);
        while (await _store.Facts.ListAsync(Today, after, size) is { Count: > 0 } page)
        {
            Assert.All(page.Zip(page.Skip(1)), static pair => Assert.True(pair.First.Number < pair.Second.Number));
            found.AddRange(page.Select(static each => each.Fact));
            after = page[^1].Number;
        }

        return found;
    }
}

public sealed class MemoryFactStoreTests() : FactStoreContract(Backend.Memory);

public sealed class SqliteFactStoreTests() : FactStoreContract(Backend.Sqlite);

public sealed class PostgresFactStoreTests() : FactStoreContract(Backend.Postgres);
