using Zhice.Domain.Customers;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Measurement.Behavior;

public sealed class EventCountsTests
{
    [Fact]
    public void Counts_by_value_and_day_are_those_of_a_grouping()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var records = RandomBehavior.Create(seed);
            var counts = new EventCounts(new([new("a"), new("b", "channel_id", "sms")], "page", IsByDay: true));
            var log = RandomBehavior.Read(counts, records);

            static string Page(BehaviorRecord record) => record.Properties.Length == 0 ? "" : record.Properties.Split('"')[3];
            Assert.Equal(
                records.Where(static record => record.EventType == "a" || record is { EventType: "b", Channel: "sms" })
                    .GroupBy(static record => (record.EventType, Page: Page(record), record.Day))
                    .Select(static same => new EventCount(
                        same.Key.EventType, same.Key.Page, same.Key.Day, same.LongCount(),
                        same.Select(static record => record.CustomerId).Distinct().LongCount()))
                    .OrderBy(static count => count.Day).ThenByDescending(static count => count.Events)
                    .ThenBy(static count => count.EventType, StringComparer.Ordinal)
                    .ThenBy(static count => count.Value, StringComparer.Ordinal),
                counts.Count(log));
        }
    }

    [Fact]
    public void Values_beyond_the_bound_are_counted_together()
    {
        var counts = new EventCounts(new([], "n", IsByDay: false));
        var log = RandomBehavior.Read(counts, Enumerable.Range(0, EventCounts.MaxValues + 50)
            .Select(static n => new BehaviorRecord("c", "a", "", n, 0) { Properties = $$"""{"n":{{n}}}""" }));

        var all = counts.Count(log);
        Assert.Equal(EventCounts.MaxValues + 1, all.Length);
        Assert.Equal(new("a", "(others)", 0, 50, 1), all[0]);
    }

    [Fact]
    public void A_log_that_is_full_takes_no_event_more()
    {
        var log = new BehaviorLog(2, keepsIds: false);

        Assert.Equal([true, true, false], new[] { "a", "b", "a" }.Select(customer => log.TryAdd(customer, 0, 0, 0)));
    }

    [Theory]
    [InlineData("transfer", "transfer", "", "")]
    [InlineData("transfer[channel_id=app]", "transfer", "channel_id", "app")]
    [InlineData("a[b=c=d]", "a", "b", "c=d")]
    [InlineData("a[b=]", "a", "b", "")]
    public void A_match_reads_what_it_writes(string text, string type, string property, string value)
    {
        Assert.True(EventMatch.TryParse(text, out var match));
        Assert.Equal((new EventMatch(type, property, value), text), (match, match.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a[b]")]
    [InlineData("[b=c]")]
    [InlineData("a[=c]")]
    [InlineData("a[b=c")]
    [InlineData("a=b")]
    public void A_text_that_is_no_match_is_refused(string text) => Assert.False(EventMatch.TryParse(text, out _));

    [Fact]
    public void Properties_are_kept_by_name_as_one_object_within_its_bound()
    {
        EventProperty[] properties =
        [
            new("page", TagValue.String("基金 \"A\"\\\n")), new("amount", TagValue.Decimal(12_5000)), new("hidden", TagValue.String("no")),
            new("ok", TagValue.Bool(true)), new("long", TagValue.String(new('x', 300))), new("n", TagValue.Integer(-7)),
        ];
        var text = BehaviorText.Write(properties, ["page", "amount", "ok", "long", "n", "missing"]);

        Assert.Equal(
            ["基金 \"A\"\\\n", "12.5", "true", "", "-7", "", ""],
            new[] { "page", "amount", "ok", "long", "n", "missing", "hidden" }.Select(name => BehaviorProperties.Find(text, name)));
        Assert.Equal("", BehaviorText.Write(properties, ["missing"]));
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(text) <= BehaviorProperties.MaxBytes);
    }

    [Theory]
    [InlineData("page")]
    [InlineData("{\"page\":")]
    [InlineData("{\"a\":{\"page\":\"x\"}}")]
    [InlineData("{\"page\":[1]}")]
    public void A_text_that_is_no_object_has_no_properties(string text) => Assert.Equal("", BehaviorProperties.Find(text, "page"));
}
