using System.Collections.Frozen;
using Zhice.Api.Audiences;
using Zhice.Api.Identity;
using Zhice.V1;

namespace Zhice.Api.Tests.Audiences;

/// <summary>How small a group a caller learns of.</summary>
public sealed class CountFloorTests
{
    [Theory]
    [InlineData(new long[] { 500, 40, 3 }, new long[] { 500, 0, 0 })]
    [InlineData(new long[] { 500, 40, 6, 7 }, new long[] { 500, 40, 0, 0 })]
    [InlineData(new long[] { 4 }, new long[] { 0 })]
    [InlineData(new long[] { 40, 0, 10 }, new long[] { 40, 0, 10 })]
    public void Numbers_whose_sum_is_known_are_hidden_until_the_rest_tells_nothing(long[] numbers, long[] shown)
    {
        Assert.Equal(shown, new CountFloor(10).ShowAll(numbers));
        Assert.Equal(numbers, new CountFloor(1).ShowAll(numbers));
    }

    private static readonly CountFloor Ten = new(10);

    [Theory]
    [InlineData(Roles.Analyst, 10)]
    [InlineData(Roles.Approver, 10)]
    [InlineData(Roles.Analyst | Roles.Operator, 1)]
    [InlineData(Roles.Data, 1)]
    [InlineData(Roles.Agent, 1)]
    public void Roles_that_see_customers_by_name_have_no_floor(Roles roles, long min) =>
        Assert.Equal(min, CountFloor.For(new("li", roles, FrozenSet<string>.Empty, DateTimeOffset.MaxValue), new()).Min);

    [Theory]
    [InlineData(0, 0, 10)]
    [InlineData(9, 0, 10)]
    [InlineData(10, 10, 0)]
    public void A_number_below_the_floor_is_not_shown_and_neither_is_none(long customers, long shown, long fewerThan) =>
        Assert.Equal((shown, fewerThan), (Ten.Show(customers), Ten.FewerThan(customers)));

    [Fact]
    public void Without_a_floor_each_number_is_shown()
    {
        Assert.Equal((1, 0, 0), (new CountFloor(1).Show(1), new CountFloor(1).Show(0), new CountFloor(1).FewerThan(0, 1)));
        Assert.Equal(("a 1, b 2; 3; 4", 0), Fold(new CountFloor(1), 3, 4, ("a", 1), ("b", 2)));
    }

    [Fact]
    public void Small_bars_are_put_together_with_others_and_no_single_one_can_be_computed()
    {
        Assert.Equal(("a 50, b 20; 0; 0", 0), Fold(Ten, 0, 0, ("a", 50), ("b", 20)));
        Assert.Equal(("a 50; 23; 0", 10), Fold(Ten, 0, 0, ("a", 50), ("b", 20), ("c", 3)));
        Assert.Equal(("a 50; 14; 0", 10), Fold(Ten, 0, 5, ("a", 50), ("c", 9)));
        Assert.Equal(("a 50, b 20; 12; 30", 10), Fold(Ten, 9, 30, ("a", 50), ("b", 20), ("c", 3)));
        Assert.Equal(("; 0; 0", 10), Fold(Ten, 0, 4, ("c", 3)));
    }

    private static (string Answer, long FewerThan) Fold(CountFloor floor, long others, long without, params (string Value, long Customers)[] bars)
    {
        var answer = new BreakDownAudienceResponse
        {
            Others = others, Without = without,
            Bars = { bars.Select(static bar => new AudienceBar { Value = bar.Value, Customers = bar.Customers }) },
        };
        floor.Fold(answer);
        return (
            $"{string.Join(", ", answer.Bars.Select(static bar => $"{bar.Value} {bar.Customers}"))}; {answer.Others}; {answer.Without}",
            answer.FewerThan);
    }
}
