using FsCheck.Xunit;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Customers;

public sealed class TagChangeTests
{
    [Property]
    public void An_increment_adds_exactly_or_is_refused(long before, long by)
    {
        var state = new CustomerState();
        state.Tags.Set(1, TagValue.Integer(before), Bank.Now, TagSource.Api);
        var sum = (Int128)before + by;

        Assert.Equal(
            sum == (long)sum, new TagChange(1, TagOperation.Increment, TagValue.Integer(by), 0).TryApply(state, TagSource.Api, Bank.Now));
        Assert.True(state.Tags.TryGet(1, Bank.Now, out var after));
        Assert.Equal(sum == (long)sum ? (long)sum : before, after);
    }

    [Theory]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MinValue, -1)]
    [InlineData(long.MinValue, long.MinValue)]
    public void An_increment_beyond_64_bits_is_refused(long before, long by) => An_increment_adds_exactly_or_is_refused(before, by);

    [Fact]
    public void A_missing_or_expired_tag_counts_as_0_and_a_removed_one_is_gone()
    {
        var state = new CustomerState();
        state.Tags.Set(2, TagValue.Integer(40), Bank.Now, TagSource.Api, Bank.Now);
        var plus = new TagChange(1, TagOperation.Increment, TagValue.Integer(5), 0);

        Assert.True(plus.TryApply(state, TagSource.Api, Bank.Now));
        Assert.True((plus with { Tag = 2 }).TryApply(state, TagSource.Api, Bank.Now));
        Assert.True(state.Tags.TryGet(1, Bank.Now, out var one) && state.Tags.TryGet(2, Bank.Now, out var two) && (one, two) == (5, 5));

        Assert.True(new TagChange(1, TagOperation.Remove, default, 0).TryApply(state, TagSource.Api, Bank.Now));
        Assert.False(state.Tags.TryGet(1, Bank.Now, out _));
    }
}
