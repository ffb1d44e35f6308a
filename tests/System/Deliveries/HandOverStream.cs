using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Zhice.SystemTests.Deliveries;

/// <summary>A gateway that notes when each contact was leased to it, and acknowledges it. It comes back whenever its silo dies.</summary>
internal sealed class HandOverStream
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<(string CustomerId, string ContactId, DateTimeOffset LeasedAt)> _leased = new();

    /// <summary>What came, with the instant at which its lease began.</summary>
    public IReadOnlyCollection<(string CustomerId, string ContactId, DateTimeOffset LeasedAt)> Leased => _leased;

    /// <summary>Takes the contacts of the channel "sms" until it is stopped.</summary>
    public async Task RunAsync(Func<DeliveryService.DeliveryServiceClient> deliveries, int credits, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var call = deliveries().Subscribe(cancellationToken: stop);
                await call.RequestStream.WriteAsync(
                    new() { Start = new() { ChannelId = "sms", Consumer = "test", LeaseDuration = Duration.FromTimeSpan(Lease), Credits = credits } }, stop);
                while (await call.ResponseStream.MoveNext(stop))
                {
                    var contacts = call.ResponseStream.Current.Contacts?.Contacts ?? [];
                    foreach (var contact in contacts)
                    {
                        _leased.Enqueue((contact.Contact.CustomerId, contact.Contact.ContactId, contact.LeaseEndTime.ToDateTimeOffset() - Lease));
                    }

                    if (contacts.Count > 0)
                    {
                        await call.RequestStream.WriteAsync(new()
                        {
                            Settlements = new() { Settlements = { contacts.Select(static contact => new Settlement { ContactId = contact.Contact.ContactId, LeaseId = contact.LeaseId }) } },
                        }, stop);
                        await call.RequestStream.WriteAsync(new() { Credits = new() { Credits = contacts.Count } }, stop);
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
}
