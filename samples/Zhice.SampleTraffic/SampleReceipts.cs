using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.V1;

namespace Zhice.SampleTraffic;

/// <summary>What the channels of a day report afterwards: most contacts arrived, a few did not, and some customers had enough.</summary>
internal static class SampleReceipts
{
    private const int Batch = 500;

    public static async Task SendAsync(SampleDay day, IReadOnlyCollection<OutboundContact> contacted, CancellationToken cancellation)
    {
        foreach (var channel in contacted.GroupBy(static each => each.ChannelId, StringComparer.Ordinal))
        {
            using var call = day.Operations.Deliveries.Subscribe(cancellationToken: cancellation);
            await call.RequestStream.WriteAsync(
                new() { Start = new() { ChannelId = channel.Key, Consumer = $"sample-receipts-{channel.Key}" } }, cancellation);
            var (place, sent) = (0, 0);
            foreach (var batch in channel.Chunk(Batch))
            {
                var receipts = new SubscribeReceipts();
                foreach (var contact in batch)
                {
                    receipts.Receipts.Add(Choose(day.GetChance(place++, 7).Next(200)).Select(type => new Receipt
                    {
                        ContactId = contact.ContactId,
                        CustomerId = contact.CustomerId,
                        CampaignId = contact.CampaignId,
                        Type = type,
                        EventTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
                    }));
                }

                await call.RequestStream.WriteAsync(new() { Receipts = receipts }, cancellation);
                sent++;
            }

            await WaitAsync(call, sent, cancellation);
            await call.RequestStream.CompleteAsync();
        }
    }

    // Until every batch is answered: then it is recorded.
    private static async Task WaitAsync(
        AsyncDuplexStreamingCall<SubscribeRequest, SubscribeResponse> call, int batches, CancellationToken cancellation)
    {
        while (batches > 0 && await call.ResponseStream.MoveNext(cancellation))
        {
            batches -= call.ResponseStream.Current.Receipts is null ? 0 : 1;
        }
    }

    private static ReceiptType[] Choose(int mood) => mood switch
    {
        < 8 => [ReceiptType.Failed],
        < 11 => [ReceiptType.Bounced],
        < 13 => [ReceiptType.Delivered, ReceiptType.Complained],
        < 18 => [ReceiptType.Delivered, ReceiptType.Unsubscribed],
        < 90 => [ReceiptType.Delivered, ReceiptType.Opened],
        _ => [ReceiptType.Delivered],
    };
}
