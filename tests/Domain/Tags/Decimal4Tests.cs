using FsCheck.Xunit;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Tags;

public sealed class Decimal4Tests
{
    [Property]
    public void A_number_that_is_written_is_read_back(long scaled) => ReadBack(scaled);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue + 1)]
    [InlineData(0)]
    [InlineData(-1)]
    public void The_limits_are_read_back_too(long scaled) => ReadBack(scaled);

    [Theory]
    [InlineData("-36.4", -364_000)]
    [InlineData("36.40", 364_000)]
    [InlineData("0.0001", 1)]
    [InlineData("1", 10_000)]
    public void Numbers_of_up_to_4_decimals_are_exact(string text, long expected)
    {
        Assert.True(Decimal4.TryParse(text, out var scaled));
        Assert.Equal(expected, scaled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1.00001")]
    [InlineData("1,000")]
    [InlineData("1e3")]
    [InlineData("1.2.3")]
    [InlineData(" 1")]
    [InlineData("922337203685477.5808")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("99999999999999999999999999999999")]
    public void Anything_else_is_refused(string text) => Assert.False(Decimal4.TryParse(text, out _));

    private static void ReadBack(long scaled)
    {
        Assert.True(Decimal4.TryParse(Decimal4.Format(scaled), out var back));
        Assert.Equal(scaled, back);
    }
}
