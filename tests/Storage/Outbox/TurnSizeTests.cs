using Xunit;
using Zhice.Storage.Outbox;

namespace Zhice.Storage.Tests.Outbox;

public sealed class TurnSizeTests
{
    [Fact]
    public void A_turn_that_took_long_is_followed_by_smaller_ones_and_short_ones_by_larger_ones_up_to_the_most()
    {
        var size = new TurnSize(500);
        for (var i = 0; i < 20; i++)
        {
            size.Note(TimeSpan.FromMilliseconds(70));
        }

        Assert.Equal(62, size.Current);

        size.Note(TimeSpan.FromMilliseconds(5));
        Assert.Equal(62, size.Current);

        for (var i = 0; i < 20; i++)
        {
            size.Note(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(500, size.Current);
    }
}
