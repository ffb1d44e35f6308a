using System.Numerics;
using System.Text;
using FsCheck.Xunit;
using Zhice.Domain.Audiences;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;
using Zhice.Domain.Tags;
using Zhice.Domain.Tests.Expressions;

namespace Zhice.Domain.Tests.Audiences;

public sealed class BucketIndexProperties
{
    [Property(MaxTest = 300)]
    public void The_index_finds_whom_the_expression_holds_for_whatever_came_late_or_twice(int seed)
    {
        var (dice, random) = (new Random(seed), new RandomExpressions(seed));
        var index = new BucketIndex(CustomerColumns.Catalog);
        var customers = new Dictionary<string, (CustomerState State, long Version)>();
        var past = new List<(string Id, CustomerState State, long Version)>();
        for (var left = dice.Next(1, 300); left > 0; left--)
        {
            var id = $"0{dice.Next(150)}客";
            var (state, version) = (random.Customer(), customers.GetValueOrDefault(id).Version + 1);
            if (dice.Next(3) == 0)
            {
                state.Tags.Remove((ushort)dice.Next(1, 9));
            }

            customers[id] = (state, version);
            past.Add((id, state, version));
            Assert.True(Take(index, id, state, version));
            var late = past[dice.Next(past.Count)];
            Assert.Equal(late.Version > customers[late.Id].Version, Take(index, late.Id, late.State, late.Version));
        }

        for (var left = 5; left > 0; left--)
        {
            var expression = Expression.Condition(random.Condition(), Bank.Schema);
            index.NowMs = Bank.Now;
            var matches = new ulong[(index.RowCount + 63) / 64];
            new ExpressionPlan(expression).Match(index, matches);

            var expected = customers.Where(each => expression.Holds(Bank.View(each.Value.State, CustomerColumns.Catalog)))
                .Select(static each => each.Key)
                .Order(StringComparer.Ordinal);
            var found = Enumerable.Range(0, index.RowCount)
                .Where(row => (matches[row / 64] >> (row % 64) & 1) != 0)
                .Select(index.GetId)
                .Order(StringComparer.Ordinal);
            Assert.Equal(expected, found);
        }
    }

    [Property(MaxTest = 200)]
    public void What_time_changes_is_due_before_it_has_changed(int seed)
    {
        var dice = new Random(seed);
        var (index, rule) = (new BucketIndex(CustomerColumns.Catalog), Bank.TagsById["logins"].Live!);
        var state = new CustomerState();
        for (var left = dice.Next(1, 6); left > 0; left--)
        {
            state.LiveTags.Observe(rule, Bank.Now - dice.NextInt64(40 * Bank.DayMs), 0, TagValue.Time(0));
        }

        for (var left = dice.Next(4); left > 0; left--)
        {
            state.Contacts.Record(new(Bank.App, 1, 1), Bank.Now - dice.NextInt64(10 * Bank.DayMs), 3, CountMoment.Send);
        }

        var expires = Bank.Now + dice.NextInt64(60 * Bank.DayMs);
        state.Tags.Set(2, TagValue.Integer(7), Bank.Now, TagSource.Api, expires);
        Take(index, "a", state, 1);
        var (before, at) = (Values(state, Bank.Now), Bank.Now);
        for (var step = 0; step < 200; step++)
        {
            at += dice.NextInt64(Bank.DayMs);
            var now = Values(state, at);
            if (now != before)
            {
                Assert.Equal([0], index.Due(at));
                Assert.True(index.Take("a"u8, state, 1, at, again: true));
                before = now;
            }
        }

        (long, bool, long, int, int) Values(CustomerState of, long ms)
        {
            var view = new CustomerView(of, CustomerColumns.Catalog, [], ms);
            view.TryGet(Bank.TagsById["logins"], out var logins);
            var policy = CustomerColumns.Catalog.ContactPolicy;
            return (
                logins, view.TryGet(Bank.TagsById["age"], out var age), age,
                policy.Used("weekly", of.ContactState, ms), policy.Used("app_daily", of.ContactState, ms));
        }
    }

    [Fact]
    public void What_few_have_is_read_for_all_that_came_later_too()
    {
        var index = new BucketIndex(CustomerColumns.Catalog) { NowMs = Bank.Now };
        Take(index, "first", Bank.State((2, TagValue.Integer(30))), 1);
        for (var i = 0; i < 2_000; i++)
        {
            Take(index, $"customer {i}", new(), 1);
        }

        var matches = new ulong[(index.RowCount + 63) / 64];
        new ExpressionPlan(Expression.Condition("tags.age == 30", Bank.Schema)).Match(index, matches);
        Assert.Equal(1, matches.Sum(static word => BitOperations.PopCount(word)));
    }

    [Fact]
    public void A_column_holds_any_values_in_few_bytes()
    {
        var index = new BucketIndex(CustomerColumns.Catalog);
        for (var i = 0; i < 1_000; i++)
        {
            Take(
                index, $"customer {i}",
                Bank.State(
                    (1, TagValue.Bool(i % 2 == 0)), (2, TagValue.Integer(i % 80)), (3, TagValue.Decimal(i * 1_000_000L)),
                    (4, TagValue.Time(Bank.Now + (i * 1_000L)))),
                1);
        }

        // 12 bytes of id, 16 of version and time, 1 + 1 + 2 + 2 of values, 4 bits of presence, and what the pools have to spare.
        Assert.InRange(index.Bytes / 1_000, 30, 60);
    }

    private static bool Take(BucketIndex index, string id, CustomerState state, long version) =>
        index.Take(Encoding.UTF8.GetBytes(id), state, version, Bank.Now);
}
