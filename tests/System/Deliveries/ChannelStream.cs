using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Deliveries;

/// <summary>What a channel gets: the only figure of contacts that is not our own counter.</summary>
internal static class ChannelStream
{
    private const int Room = 10_000;

    // One that comes twice would come in this time.
    private static readonly TimeSpan After = TimeSpan.FromSeconds(2);

    /// <summary>Takes the contacts of the channel "sms" and acknowledges them, until so many have come and no more do.</summary>
    /// <param name="silo">Where to subscribe.</param>
    /// <param name="expected">How many are waited for.</param>
    /// <param name="longest">How long is waited for them; a minute unless said otherwise.</param>
    public static async Task<IReadOnlyList<OutboundContact>> TakeAsync(SiloProcess silo, int expected, TimeSpan? longest = null)
    {
        var taken = new List<OutboundContact>(expected);
        using var ended = new CancellationTokenSource(longest ?? TimeSpan.FromMinutes(1));
        using var stream = silo.Deliveries.Subscribe(cancellationToken: ended.Token);
        await stream.RequestStream.WriteAsync(new() { Start = new() { ChannelId = "sms", Consumer = "test", Credits = Room } });
        try
        {
            while (await stream.ResponseStream.MoveNext(ended.Token))
            {
                var contacts = stream.ResponseStream.Current.Contacts?.Contacts ?? [];
                if (contacts.Count > 0)
                {
                    taken.AddRange(contacts.Select(static leased => leased.Contact));
                    await stream.RequestStream.WriteAsync(new()
                    {
                        Settlements = new() { Settlements = { contacts.Select(static leased => new Settlement { ContactId = leased.Contact.ContactId, LeaseId = leased.LeaseId }) } },
                    });
                    await stream.RequestStream.WriteAsync(new() { Credits = new() { Credits = contacts.Count } });
                }

                if (taken.Count >= expected)
                {
                    ended.CancelAfter(After);
                }
            }
        }
        catch (Exception) when (ended.IsCancellationRequested)
        {
            // No more come, or not in time: the caller counts.
        }

        return taken;
    }
}
