using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Zhice.SystemTests.Deliveries;

/// <summary>
/// A contact as a gateway got it: with the instant at which its lease began, and that at which it came. It is judged between the two.
/// </summary>
internal sealed record HandedOver(
    string CampaignId, string CustomerId, string ContactId, DateTimeOffset CreatedAt, DateTimeOffset LeasedAt, DateTimeOffset CameAt);

/// <summary>
/// A gateway that notes when each contact was leased to it, and acknowledges it. It comes back whenever its silo dies.
/// </summary>
internal sealed class HandOverStream(string channelId = "sms")
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<HandedOver> _leased = new();
    private readonly ConcurrentQueue<(string ContactId, DateTimeOffset At)> _settled = new();

    /// <summary>How many it takes, about; it can be raised. So a test says how far a queue goes, whatever the speed of the machine.</summary>
    public int Most { get; set; } = int.MaxValue;

    /// <summary>The channel that it serves.</summary>
    public string ChannelId => channelId;

    /// <summary>What came.</summary>
    public IReadOnlyCollection<HandedOver> Leased => _leased;

    /// <summary>The contacts whose settlement was acknowledged, each time that it was.</summary>
    public IReadOnlyCollection<(string ContactId, DateTimeOffset At)> Settled => _settled;

    /// <summary>Takes the contacts of the channel until it is stopped.</summary>
    public async Task RunAsync(Func<DeliveryService.DeliveryServiceClient> deliveries, int credits, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var call = deliveries().Subscribe(cancellationToken: stop);
                await call.RequestStream.WriteAsync(
                    new() { Start = new() { ChannelId = channelId, Consumer = "test", LeaseDuration = Duration.FromTimeSpan(Lease), Credits = credits } }, stop);
                while (await call.ResponseStream.MoveNext(stop))
                {
                    foreach (var result in call.ResponseStream.Current.Settlements?.Results ?? [])
                    {
                        if (result.Outcome == SettlementOutcome.Settled)
                        {
                            _settled.Enqueue((result.ContactId, DateTimeOffset.UtcNow));
                        }
                    }

                    if (call.ResponseStream.Current.Contacts is { } batch)
                    {
                        await TakeAsync(call, batch, stop);
                    }
                }
            }
            catch (Exception fault) when (fault is RpcException or OperationCanceledException or InvalidOperationException or IOException)
            {
                // The silo was killed, or this gateway is stopped.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }
    }

    private async Task TakeAsync(
        AsyncDuplexStreamingCall<SubscribeRequest, SubscribeResponse> call, ContactBatch batch, CancellationToken stop)
    {
        var contacts = batch.Contacts;
        foreach (var contact in contacts)
        {
            _leased.Enqueue(new(
                contact.Contact.CampaignId, contact.Contact.CustomerId, contact.Contact.ContactId,
                contact.Contact.CreateTime.ToDateTimeOffset(),
                contact.LeaseEndTime.ToDateTimeOffset() - Lease, DateTimeOffset.UtcNow));
        }

        await call.RequestStream.WriteAsync(new()
        {
            Settlements = new() { Settlements = { contacts.Select(static contact => new Settlement { ContactId = contact.Contact.ContactId, LeaseId = contact.LeaseId }) } },
        }, stop);
        while (_leased.Count >= Most)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
        }

        await call.RequestStream.WriteAsync(new() { Credits = new() { Credits = contacts.Count } }, stop);
    }
}
