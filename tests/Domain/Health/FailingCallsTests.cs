using Zhice.Domain.Health;

namespace Zhice.Domain.Tests.Health;

/// <summary>When a host is not ready because its calls fail.</summary>
public sealed class FailingCallsTests
{
    [Fact]
    public void A_few_failures_are_borne_more_than_a_fifth_are_too_many_and_it_recovers()
    {
        var calls = new FailingCalls();
        Assert.DoesNotContain(true, Enumerable.Range(0, 24).Select(_ => calls.Note(true)));
        Assert.DoesNotContain(true, Enumerable.Range(0, 6).Select(_ => calls.Note(false)));
        Assert.False(calls.AreTooMany);

        Assert.True(calls.Note(false));
        Assert.True(calls.AreTooMany);
        Assert.Equal(24, Enumerable.Range(1, 100).First(_ => calls.Note(true)));
        Assert.False(calls.AreTooMany);
    }

    [Fact]
    public void The_first_calls_of_a_start_say_nothing_yet()
    {
        var calls = new FailingCalls();
        Assert.DoesNotContain(true, Enumerable.Range(0, 9).Select(_ => calls.Note(false)));
        Assert.True(calls.Note(false));
    }
}
