using Zhice.Contracts.Audiences;
using Zhice.Contracts.Behavior;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Tests.Behavior;

/// <summary>Analyses of what customers did, from the store.</summary>
public sealed class BehaviorTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private const long Hour = 3_600_000;

    private static readonly int s_today = ReportDimensions.ToDay(DateOnly.FromDateTime(DateTime.UtcNow));
    private static readonly FunnelQuestion s_funnel = new([new("looked"), new("bought", "amount", "5")], 2 * Hour);

    private IBehaviorGrain Behavior => grid.Grains.GetGrain<IBehaviorGrain>(0);

    [Fact]
    public async Task Each_analysis_reads_the_events_of_its_days_and_audience_and_finds_the_customers_of_a_part()
    {
        for (var i = 0; i < 40; i++)
        {
            await grid.HappenAsync($"b{i}", grid.Event("login"));
        }

        await grid.Store.Facts.AppendAsync(Guid.NewGuid(),
        [
            .. Enumerable.Range(0, 40).SelectMany(static i => new[]
            {
                Create(i, "looked", 0, ""), Create(i, "bought", i % 4 == 0 ? 3 : 1, i % 2 == 0 ? """{"amount":5}""" : """{"amount":6}"""),
            }),
            Create(99, "looked", 0, "") with { Day = s_today - 3 },
        ]);

        var all = new BehaviorScope(new(s_today, s_today), null, 10_000);
        Assert.Equal([40, 10], (await Behavior.Funnel(all, s_funnel)).Rows.Select(static step => (int)step.Customers));
        Assert.Equal((80, 40), await BasisAsync(all));
        Assert.Equal((81, 41), await BasisAsync(all with { Days = new(s_today - 3, s_today) }));

        var some = all with { Parts = 5_000 };
        var few = (await Behavior.Funnel(some, s_funnel)).Rows[0].Customers;
        Assert.InRange(few, 8, 32);

        var part = new BehaviorPart { Funnel = s_funnel, Step = 1, IsWithoutNext = true };
        var left = await Behavior.Find(all, part, 100);
        Assert.Equal(
            Enumerable.Range(0, 40).Where(static i => i % 4 == 0 || i % 2 == 1).Select(static i => $"b{i}").Order(),
            left.Rows.Order());
        Assert.Equal(6, (await Behavior.Find(all, part, 5)).Rows.Length);

        var counts = (await Behavior.Count(all, new([new("bought")], "amount", false))).Rows;
        Assert.Equal([("5", 20L), ("6", 20L)], counts.OrderBy(static count => count.Value).Select(static count => (count.Value, count.Customers)));
        var paths = await Behavior.Paths(all, new(new("bought"), true, 2, 5 * Hour, []), 1);
        Assert.Equal("looked", Assert.Single(paths.Rows[0].Events));
        Assert.Equal((40L, 0L), (paths.Rows[0].Customers, paths.Others));
        Assert.Equal(40, Assert.Single((await Behavior.Retention(all, new(new("looked"), new("bought"), 1, 3, all.Days))).Rows).Customers);

        var audience = new AudienceQuestion("false", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal((0, 0), await BasisAsync(all with { Audience = audience }));
        Assert.Equal((80, 40), await BasisAsync(all with { Audience = audience with { Expression = "true" } }));
    }

    [Fact]
    public async Task Events_are_recorded_as_the_catalogue_says_of_their_type_once_each_and_with_the_named_properties_alone()
    {
        var searched = grid.Event("searched") with
        {
            Properties = [new("words", TagValue.String("基金")), new("secret", TagValue.String("no"))],
        };
        await grid.HappenAsync("recorded", searched, searched, grid.Event("login"));

        var all = new BehaviorScope(new(s_today - 1, s_today + 1), null, 10_000);
        BehaviorAnswer<EventCount> counted;
        do
        {
            // The log of facts writes beside the calls, within a second.
            counted = await Behavior.Count(all, new([new("searched"), new("login")], "words", false));
        }
        while (counted.Rows.IsEmpty);

        Assert.Equal([new EventCount("searched", "基金", 0, 1, 1)], counted.Rows);
        Assert.Empty((await Behavior.Count(all, new([new("searched", "secret", "no")], "", false))).Rows);
    }

    private async Task<(long, long)> BasisAsync(BehaviorScope scope)
    {
        var basis = (await Behavior.Count(scope, new([new("looked"), new("bought")], "", true))).Basis;
        Assert.Equal(BehaviorRefusal.None, basis.Refusal);
        return (basis.Events, basis.Customers);
    }

    private static Fact Create(int customer, string type, int hours, string properties) =>
        Fact.Of(FactKind.Behaved, $"{type}{customer}", (s_today * 24 * Hour) + (hours * Hour), s_today, new() { EventType = type }) with
        {
            CustomerId = $"b{customer}", About = properties,
        };
}
