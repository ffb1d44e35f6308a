using Zhice.Domain.Measurement.Behavior;

namespace Zhice.Domain.Tests.Measurement.Behavior;

public sealed class EventPathsTests
{
    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "page")]
    public void Paths_are_those_of_a_walk_over_lists(bool isBefore, string property)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var records = RandomBehavior.Create(seed, events: 200);
            var question = new PathsQuestion(new("a", "channel_id", "app"), isBefore, 3, 36 * 3_600_000L, ["b", "c"]) { Property = property };
            var paths = new EventPaths(question);
            var log = RandomBehavior.Read(paths, records);

            var expected = RandomBehavior.ByCustomer(records).Select(customer => Walk([.. customer], question)).OfType<string>()
                .CountBy(static path => path).ToDictionary(static path => path.Key, static path => (long)path.Value);
            var found = paths.Count(log);
            Assert.Equal(
                expected.OrderBy(static path => path.Key, StringComparer.Ordinal),
                found.ToDictionary(static path => string.Join(' ', path.Events), static path => path.Customers)
                    .OrderBy(static path => path.Key, StringComparer.Ordinal));
            foreach (var path in found)
            {
                Assert.Equal(
                    found.Where(other => other.Events.Take(path.Events.Length).SequenceEqual(path.Events)).Sum(static other => other.Customers),
                    paths.Find(log, path.Events).Count());
            }
        }
    }

    private static string? Walk(List<BehaviorRecord> events, PathsQuestion question)
    {
        var around = events.FindIndex(each => question.Around.Matches(each));
        if (around < 0)
        {
            return null;
        }

        string Label(BehaviorRecord record) =>
            question.Property.Length > 0 && EventMatch.GetValue(record, question.Property) is { Length: > 0 } value
                ? $"{record.EventType}[{question.Property}={value}]"
                : record.EventType;
        var next = question.IsBefore ? events.Take(around).Reverse() : events.Skip(around + 1);
        var path = new List<string>();
        var last = Label(events[around]);
        foreach (var label in next
            .TakeWhile(each => Math.Abs(each.AtMs - events[around].AtMs) <= question.WindowMs)
            .Where(each => question.Among.Contains(each.EventType))
            .Select(Label))
        {
            if (label != last && path.Count < question.Steps)
            {
                path.Add(last = label);
            }
        }

        return string.Join(' ', path);
    }
}
