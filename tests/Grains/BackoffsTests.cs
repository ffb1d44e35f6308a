namespace Zhice.Grains.Tests;

public sealed class BackoffsTests
{
    private readonly StoppedClock _clock = new();

    [Fact]
    public void What_fails_again_and_again_rests_longer_each_time_and_is_told_of_once()
    {
        var backoffs = new Backoffs<string>(_clock, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.False(backoffs.IsResting("bad"));
        Assert.True(backoffs.Fail("bad"));
        var tries = 0;
        for (var second = 0; second < 600; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (!backoffs.IsResting("bad"))
            {
                Assert.False(backoffs.Fail("bad"));
                tries++;
            }
        }

        // 1 s, 2 s, 4 s … 60 s.
        Assert.InRange(tries, 12, 16);
        Assert.False(backoffs.IsResting("good"));
        backoffs.Succeed("bad");
        Assert.False(backoffs.IsResting("bad"));
        Assert.True(backoffs.Fail("bad"));
    }

    private sealed class StoppedClock : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerDay;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
