using Grpc.Core;
using Zhice.SystemTests.Processes;
using Zhice.V1;

namespace Zhice.SystemTests.Deliveries;

/// <summary>What a consumer may say on its stream, and when.</summary>
[Collection("small bank")]
public sealed class SubscriptionTests(SmallBank bank)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_subscription_to_no_channel_or_with_wrong_terms_is_told_so()
    {
        var silo = bank.Silo;
        Assert.Equal(
            StatusCode.NotFound,
            (
                await Assert.ThrowsAsync<RpcException>(
                    () => SubscribeAsync(new() { Start = new() { ChannelId = "pigeon", Consumer = "test" } }))).StatusCode);
        Assert.Equal(
            StatusCode.InvalidArgument,
            (
                await Assert.ThrowsAsync<RpcException>(
                    () => SubscribeAsync(new() { Start = new() { ChannelId = "sms", Consumer = "" } }))).StatusCode);
        Assert.Equal(
            StatusCode.InvalidArgument,
            (await Assert.ThrowsAsync<RpcException>(() => SubscribeAsync(new() { Credits = new() { Credits = 1 } }))).StatusCode);

        async Task SubscribeAsync(SubscribeRequest first)
        {
            using var call = silo.Deliveries.Subscribe();
            await call.RequestStream.WriteAsync(first);
            await call.ResponseStream.MoveNext(default);
        }
    }

    [Fact]
    public async Task A_consumer_may_say_all_that_it_has_to_say_before_it_reads_a_word()
    {
        const int Messages = 15, Each = 1_000;
        var silo = bank.Silo;
        using var call = silo.Deliveries.Subscribe();
        await call.RequestStream.WriteAsync(new() { Start = new() { ChannelId = "sms", Consumer = "talker" } });
        for (var message = 0; message < Messages; message++)
        {
            var settlements = new SubscribeSettlements();
            for (var i = 0; i < Each; i++)
            {
                settlements.Settlements.Add(
                    new Settlement { ContactId = $"c{message:x16}{i:x16}0001", LeaseId = Guid.NewGuid().ToString() });
            }

            await call.RequestStream.WriteAsync(new() { Settlements = settlements }).WaitAsync(Longest);
        }

        var responses = new SubscribeResponses(call);
        for (var message = 0; message < Messages; message++)
        {
            Assert.Equal(Each, (await responses.NextAsync(static response => response.Settlements)).Results.Count);
        }
    }
}
