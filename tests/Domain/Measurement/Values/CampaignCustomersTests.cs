using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Values;

namespace Zhice.Domain.Tests.Measurement.Values;

public sealed class CampaignCustomersTests
{
    private const long Day = 86_400_000;
    private const int Days = 10;
    private const long Now = 40 * Day;

    [Fact]
    public void Random_histories_count_as_lists_of_them_count()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var entries = Enumerable.Range(0, 60).Select(_ => (Id: $"c{random.Next(25)}", At: random.NextInt64(Now), IsHeldOut: random.Next(3) == 0)).ToList();
            var events = Enumerable.Range(0, 300).Select(_ => (Id: $"c{random.Next(30)}", At: random.NextInt64(Now))).ToList();
            var answers = Enumerable.Range(0, 80).Select(_ => (Id: $"c{random.Next(30)}", At: random.NextInt64(Now), Fen: random.NextInt64(-50, 1_150) / 50 * 50)).ToList();
            var left = Enumerable.Range(0, 20).Select(_ => (Id: $"c{random.Next(30)}", At: random.NextInt64(Now))).ToList();

            var customers = new CampaignCustomers(Days, 0);
            entries.ForEach(each => customers.Enter(each.Id, each.At, each.IsHeldOut, 0, isRecorded: each.Id != "c3"));
            events.ForEach(each => customers.NoteActive(each.Id, each.At));
            answers.ForEach(each => customers.NoteScore(each.Id, each.At, each.Fen));
            left.ForEach(each => customers.NoteChurned(each.Id, each.At));

            var noScores = 0;
            var first = entries.GroupBy(static each => each.Id).Select(static own => own.MinBy(static each => each.At)).ToList();
            Assert.Equal(first.Count, customers.Count);
            foreach (var (id, at, isHeldOut) in first)
            {
                var number = Enumerable.Range(0, customers.Count).Single(each => customers.GetHash(each) == Domain.Measurement.Behavior.BehaviorLog.GetHash(id));
                bool IsIn(long when) => when >= at && when < at + (Days * Day);
                var own = answers.Where(each => each.Id == id && IsIn(each.At)).ToList();
                var scored = own.Where(static each => each.Fen is >= 0 and <= 1_000 && each.Fen % 100 == 0).OrderBy(static each => each.At).ToList();
                noScores += own.Count - scored.Count;
                Assert.Equal((0, isHeldOut), customers.GetPlace(number));
                Assert.Equal(
                    at + (Days * Day) > Now
                        ? default
                        : new ValuedCustomer(
                            id == "c3" ? null : events.Where(each => each.Id == id && IsIn(each.At)).Select(each => (each.At - at) / Day).Distinct().Count(),
                            null, null, left.Any(each => each.Id == id && IsIn(each.At)), scored.Count == 0 ? null : (int)scored[^1].Fen / 100),
                    customers.GetValues(number, Now));
            }

            Assert.Equal((noScores, events.Count), (customers.NoScores, customers.Events));
        }
    }

    [Fact]
    public void The_last_of_the_most_days_has_a_place_and_the_instant_after_it_none()
    {
        var customers = new CampaignCustomers(CampaignCustomers.MaxDays, 1);
        customers.Enter("a", 0, false, 0, true);
        var end = CampaignCustomers.MaxDays * Day;
        foreach (var at in new[] { -1, 0, end - 1, end })
        {
            customers.NoteActive("a", at);
        }

        Assert.Equal(2, customers.GetValues(0, end).ActiveDays);
        Assert.Null(customers.GetValues(0, end - 1).ActiveDays);
    }

    [Fact]
    public void Figures_have_the_numbers_that_they_are_of_and_p_values_are_adjusted_over_all_lines()
    {
        var (contacted, heldOut) = (new ValueTally(), new ValueTally());
        for (var i = 0; i < 100; i++)
        {
            contacted.Add(new(i < 60 ? 2 : 0, 20_000 + i, null, i < 5, i < 40 ? 9 : null));
            heldOut.Add(new(i < 30 ? 1 : 0, 10_000 + i, null, i < 10, i < 20 ? 0 : null));
        }

        var lift = ValueLift.Compare(contacted, heldOut, Confidence.Default);
        var lines = ValueComparison.Adjust([ValueComparison.List(lift, 10), ValueComparison.List(lift, 10)]);

        var figures = lines[0];
        Assert.Equal([ValueKind.Active, ValueKind.ActiveOnADay, ValueKind.Aum, ValueKind.Churned, ValueKind.Nps], figures.Select(static each => each.Kind));
        Assert.Equal((new ValueGroup(100, 60, 0.6), new ValueGroup(100, 30, 0.3)), (figures[0].Contacted, figures[0].HeldOut));
        Assert.Equal(0.12, figures[1].Contacted.Value!.Value, 12);
        Assert.Equal(0.03, figures[1].HeldOut.Value!.Value, 12);
        Assert.Equal(0.09, figures[1].Difference!.Value.Value, 12);
        Assert.Equal(10_000, figures[2].Difference!.Value.Value, 6);
        Assert.Equal((5L, 10L), (figures[3].Contacted.Those, figures[3].HeldOut.Those));
        Assert.Equal((40L, 1.0, 20L, -1.0), (figures[4].Contacted.Customers, figures[4].Contacted.Value, figures[4].HeldOut.Customers, figures[4].HeldOut.Value));
        Assert.All(lines.SelectMany(static line => line), static each => Assert.True(each.AdjustedP is null == each.Difference is null && !(each.AdjustedP < each.Difference?.PValue)));
    }
}
