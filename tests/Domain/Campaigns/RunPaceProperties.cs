using FsCheck.Xunit;
using Zhice.Domain.Campaigns;

namespace Zhice.Domain.Tests.Campaigns;

/// <summary>The pace of a run against a play of parts that take any time for their share.</summary>
public sealed class RunPaceProperties
{
    [Property(MaxTest = 300)]
    public void No_second_wherever_it_begins_holds_more_contacts_than_the_limit(int seed)
    {
        var random = new Random(seed);
        var limit = random.Next(1, 200);
        var (made, nowMs) = (new List<long>(), 10_000L);

        // A driver begins anew now and then: the one before may have made its contacts just then.
        for (var driver = 0; driver < 3; driver++)
        {
            var pace = new RunPace(RunPaceTests.Definition with { PerSecond = limit }, nowMs);
            var working = new List<(long EndsAtMs, int Share, long[] Made)>();
            for (var untilMs = nowMs + 6_000; nowMs < untilMs; nowMs += random.Next(1, 40))
            {
                foreach (var done in working.FindAll(each => each.EndsAtMs <= nowMs))
                {
                    working.Remove(done);
                    pace.Use(done.Made.Length, nowMs);
                }

                var left = pace.Left(0, 0, working.Sum(static each => each.Share), nowMs, out _);
                Assert.False(pace.IsStarting(nowMs) && left > 0);
                if (Math.Min(left, pace.MaxShare) is var share and > 0)
                {
                    var endsAtMs = nowMs + random.Next(1, 900);
                    long[] contacts =
                        [.. Enumerable.Range(0, random.Next((int)share + 1)).Select(_ => random.NextInt64(nowMs, endsAtMs + 1))];
                    made.AddRange(contacts);
                    working.Add((endsAtMs, (int)share, contacts));
                }
            }

            // Its parts are waited for before another drives.
            nowMs = working.Select(static each => each.EndsAtMs).Append(nowMs).Max();
        }

        made.Sort();
        for (var i = 0; i + limit < made.Count; i++)
        {
            Assert.True(
                made[i + limit] - made[i] >= 1_000,
                $"{limit + 1} contacts in {made[i + limit] - made[i]} ms, {limit} a second are allowed");
        }
    }
}
