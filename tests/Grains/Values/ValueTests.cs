using System.Collections.Immutable;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Customers;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Values;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Tests.Values;

/// <summary>The figures by which a bank is judged, from the store and the audience index.</summary>
public sealed class ValueTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private const long Day = 86_400_000;
    private const int Contacted = 40;
    private const int HeldOut = 20;

    private static readonly long s_now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private static readonly int s_today = ReportDimensions.ToDay(DateOnly.FromDateTime(DateTime.UtcNow));
    private static readonly FactGroup s_summer = new() { Campaign = "summer", Arm = "a", Tier = "gold" };

    [Fact]
    public async Task Who_was_contacted_and_held_out_is_compared_by_events_answers_and_the_values_of_now()
    {
        await PrepareAsync();
        var question = new ValueQuestion("summer", 30, [], 0.95)
        {
            EventType = "view", AumTagId = "age", ChurnCondition = "tags.age < 100", NpsOutcome = 7,
        };

        var answer = await grid.Grains.GetGrain<IValueGrain>(0).Compare(question);

        Assert.Equal((ValueRefusal.None, (long)Contacted + 1, (long)HeldOut, 0L), (answer.Refusal, answer.Contacted, answer.HeldOut, answer.WithoutFacts));
        Assert.Equal((1L, 1L), (answer.NotOver, answer.NoScores));
        var line = Assert.Single(answer.Lines);
        Assert.Equal((Contacted + 1L, (long)HeldOut), (line.Contacted, line.HeldOut));
        Assert.Equal((new ValueGroup(Contacted, 20, 0.5), new ValueGroup(HeldOut, 5, 0.25)), Of(line, ValueKind.Active));
        Assert.Equal(40 / 40.0 / 30, Of(line, ValueKind.ActiveOnADay).Contacted.Value!.Value, 12);
        Assert.Equal(5 / 20.0 / 30, Of(line, ValueKind.ActiveOnADay).HeldOut.Value!.Value, 12);

        // One has no state, and nobody knows what it has; the one whose days are not over counts.
        Assert.Equal((new ValueGroup(Contacted, 0, 20_000), new ValueGroup(HeldOut, 0, 9_900)), Of(line, ValueKind.Aum));
        Assert.Equal((new ValueGroup(Contacted, 0, 0), new ValueGroup(HeldOut, HeldOut, 1)), Of(line, ValueKind.Churned));
        Assert.Equal((new ValueGroup(4, 0, 0.5), new ValueGroup(0, 0, null)), Of(line, ValueKind.Nps));

        var byArm = await grid.Grains.GetGrain<IValueGrain>(0).Compare(question with { By = [ReportDimension.Arm], ChurnCondition = "", ChurnOutcome = 8 });
        Assert.Equal([("a", 40L, 20L), ("b", 1L, 0L)], byArm.Lines.Select(static each => (each.Keys[0], each.Contacted, each.HeldOut)));
        Assert.Equal((new ValueGroup(40, 2, 0.05), new ValueGroup(20, 0, 0)), Of(byArm.Lines[0], ValueKind.Churned));
        Assert.Contains("Both groups need", byArm.Lines[1].Figures[0].Refusal, StringComparison.Ordinal);
        var none = await grid.Grains.GetGrain<IValueGrain>(0).Compare(question with { CampaignId = "winter" });
        Assert.Equal((0, 0L), (none.Lines.Length, none.Contacted));
    }

    // v0 to v39 were contacted 40 days ago, v40 yesterday, h0 to h19 held out 40 days ago.
    private async Task PrepareAsync()
    {
        var age = grid.Catalog.TagsById["age"].Number;
        for (var i = 1; i < Contacted + 1; i++)
        {
            await SetAsync($"v{i}", 200);
        }

        for (var i = 0; i < HeldOut; i++)
        {
            await SetAsync($"h{i}", 99);
        }

        var entered = s_now - (40 * Day);
        var facts = ImmutableArray.CreateBuilder<Fact>();
        facts.AddRange(Enumerable.Range(0, Contacted).Select(i => Of(FactKind.Contacted, $"v{i}", entered, s_summer)));
        facts.Add(Of(FactKind.Contacted, $"v{Contacted}", s_now - Day, s_summer with { Arm = "b" }));
        facts.AddRange(Enumerable.Range(0, HeldOut).Select(i => Of(FactKind.HeldOut, $"h{i}", entered, s_summer)));

        // Half of the contacted view on two days, a quarter of the held out on one; what comes before or after the days does not count.
        var (view, other) = (new FactGroup { EventType = "view" }, new FactGroup { EventType = "visit" });
        foreach (var i in Enumerable.Range(0, 20))
        {
            facts.AddRange(Of(FactKind.Behaved, $"v{i}", entered, view), Of(FactKind.Behaved, $"v{i}", entered + 1, view), Of(FactKind.Behaved, $"v{i}", entered + (29 * Day), view));
        }

        facts.AddRange(Enumerable.Range(0, 5).Select(i => Of(FactKind.Behaved, $"h{i}", entered + Day, view)));
        facts.AddRange(Of(FactKind.Behaved, "h6", entered - 1, view), Of(FactKind.Behaved, "h7", entered + (30 * Day), view), Of(FactKind.Behaved, "h8", entered, other));

        // 9, 10, 10 and 3 of v0 to v3, where v3 answered before; 9.5 is no answer.
        var answers = new[] { ("v0", 900L), ("v1", 1_000L), ("v2", 1_000L), ("v3", 1_000L), ("v3", 300L), ("v4", 950L), ("stranger", 0L) };
        facts.AddRange(answers.Select((each, place) => Of(FactKind.Outcome, each.Item1, entered + (place * Day), FactGroup.None) with { Code = 7, AmountFen = each.Item2 }));
        facts.AddRange(Of(FactKind.Outcome, "v8", entered, FactGroup.None) with { Code = 8 }, Of(FactKind.Outcome, "v9", entered, FactGroup.None) with { Code = 8 });
        await grid.Store.Facts.AppendAsync(Guid.NewGuid(), facts.ToImmutable());

        Task SetAsync(string customer, long value) => grid.Grains.GetGrain<ICustomerGrain>(customer).UpdateTags(
            new([new(age, TagOperation.Set, TagValue.Integer(value), 0)], "", 0, TagSource.Api)).AsTask();
    }

    // Recorded now, as the store in memory has no other day; what counts is when it came true.
    private static Fact Of(FactKind kind, string customer, long atMs, FactGroup group) =>
        Fact.Of(kind, $"{customer} {atMs}", atMs, s_today, group) with { CustomerId = customer };

    private static (ValueGroup Contacted, ValueGroup HeldOut) Of(ValueLine line, ValueKind kind)
    {
        var figure = line.Figures.Single(each => each.Kind == kind);
        return (figure.Contacted, figure.HeldOut);
    }
}
