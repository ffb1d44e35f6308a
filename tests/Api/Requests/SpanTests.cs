using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Api.Requests;

namespace Zhice.Api.Tests.Requests;

/// <summary>Spans of time in requests.</summary>
public sealed class SpanTests
{
    [Theory]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(61, 0)]
    [InlineData(60, 1_000)]
    [InlineData(5, -1)]
    [InlineData(5, int.MaxValue)]
    [InlineData(5, int.MinValue)]
    public void A_span_that_is_none_or_out_of_range_is_an_invalid_argument(long seconds, int nanos)
    {
        var check = new RequestCheck();

        check.Span(
            "timeout", new Duration { Seconds = seconds, Nanos = nanos }, TimeSpan.FromSeconds(20), TimeSpan.Zero, TimeSpan.FromMinutes(1),
            "must be from 0 to 1 minute");

        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(check.ThrowIfAny).StatusCode);
    }

    [Fact]
    public void A_span_within_its_range_is_taken_and_one_that_is_not_set_stands_for_the_usual()
    {
        var check = new RequestCheck();

        Assert.Equal(
            TimeSpan.FromSeconds(60),
            check.Span("timeout", new Duration { Seconds = 60 }, TimeSpan.FromSeconds(20), TimeSpan.Zero, TimeSpan.FromMinutes(1), ""));
        Assert.Equal(
            TimeSpan.FromSeconds(20), check.Span("timeout", null, TimeSpan.FromSeconds(20), TimeSpan.Zero, TimeSpan.FromMinutes(1), ""));
        check.ThrowIfAny();
    }
}
