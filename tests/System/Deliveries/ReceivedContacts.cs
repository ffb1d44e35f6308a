using System.Collections.Concurrent;
using Grpc.Core;

namespace Zhice.SystemTests.Deliveries;

/// <summary>What consumers saw on their streams, in order, and what must hold of it.</summary>
internal sealed class ReceivedContacts
{
    private readonly ConcurrentQueue<(string What, string ContactId)> _lines = new();

    public int Arrivals => _lines.Count(static line => line.What == "arrived");

    /// <summary>How many contacts are known to be settled.</summary>
    public int Settled => _lines.Count(static line => line.What == "settled");

    public void Note(string what, string contactId) => _lines.Enqueue((what, contactId));

    /// <summary>Checks the whole diary: nothing lost, nothing after its end, nobody's contacts out of order.</summary>
    /// <param name="contactIds">All that were sent.</param>
    public void Check(IReadOnlyCollection<string> contactIds)
    {
        var lines = _lines.ToArray();
        var firstArrival = First(lines, "arrived");
        var firstAcknowledgement = First(lines, "acknowledged");
        var settled = lines.Index()
            .Where(static line => line.Item.What == "settled")
            .ToLookup(static line => line.Item.ContactId, static line => line.Index);
        var lastArrival = lines.Index()
            .Where(static line => line.Item.What == "arrived")
            .GroupBy(static line => line.Item.ContactId)
            .ToDictionary(static line => line.Key, static line => line.Last().Index);
        Assert.Empty(contactIds.Except(firstArrival.Keys));
        Assert.All(contactIds, contact => Assert.True(settled[contact].Count() <= 1, $"{contact} was settled twice"));
        Assert.All(
            contactIds,
            contact => Assert.All(settled[contact], at => Assert.True(lastArrival[contact] < at, $"{contact} came after its end")));
        foreach (var contact in contactIds.Where(static contact => !contact.EndsWith("-1", StringComparison.Ordinal)))
        {
            var at = contact.IndexOf('-');
            var before = $"{contact[..at]}-{int.Parse(contact[(at + 1)..], System.Globalization.CultureInfo.InvariantCulture) - 1}";
            Assert.True(firstAcknowledgement[before] < firstArrival[contact], $"{contact} came before {before} was acknowledged");
        }
    }

    private static Dictionary<string, int> First((string What, string ContactId)[] lines, string what) =>
        lines.Index()
            .Where(line => line.Item.What == what)
            .GroupBy(static line => line.Item.ContactId)
            .ToDictionary(static line => line.Key, static line => line.First().Index);
}

/// <summary>A consumer that behaves, or not.</summary>
/// <param name="diary">Where it notes what it sees.</param>
/// <param name="channel">The channel.</param>
/// <param name="lease">How long it may take.</param>
internal sealed class Consumer(ReceivedContacts diary, string channel, TimeSpan lease)
{
    /// <summary>Takes contacts until the connection is lost or it is stopped.</summary>
    /// <param name="deliveries">The API.</param>
    /// <param name="credits">How many it has room for; what it acknowledges gives room again.</param>
    /// <param name="acknowledgements">How often it acknowledges each: 0 never.</param>
    /// <param name="stop">Ends it without a word, as a crash would.</param>
    public async Task RunAsync(DeliveryService.DeliveryServiceClient deliveries, int credits, int acknowledgements, CancellationToken stop)
    {
        try
        {
            using var call = deliveries.Subscribe(cancellationToken: stop);
            await call.RequestStream.WriteAsync(new()
            {
                Start = new() { ChannelId = channel, Consumer = "test", LeaseDuration = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(lease), Credits = credits },
            }, stop);
            while (await call.ResponseStream.MoveNext(stop))
            {
                foreach (var result in call.ResponseStream.Current.Settlements?.Results ?? [])
                {
                    diary.Note(result.Outcome == SettlementOutcome.Settled ? "settled" : "unsettled", result.ContactId);
                }

                var contacts = call.ResponseStream.Current.Contacts?.Contacts ?? [];
                foreach (var contact in contacts)
                {
                    diary.Note("arrived", contact.Contact.ContactId);
                }

                for (var time = 0; time < acknowledgements && contacts.Count > 0; time++)
                {
                    foreach (var contact in contacts)
                    {
                        diary.Note("acknowledged", contact.Contact.ContactId);
                    }

                    await call.RequestStream.WriteAsync(new()
                    {
                        Settlements = new() { Settlements = { contacts.Select(static contact => new Settlement { ContactId = contact.Contact.ContactId, LeaseId = contact.LeaseId }) } },
                    }, stop);
                }

                if (acknowledgements > 0 && contacts.Count > 0)
                {
                    await call.RequestStream.WriteAsync(new() { Credits = new() { Credits = contacts.Count } }, stop);
                }
            }
        }
        catch (Exception fault) when (fault is RpcException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // The silo or this consumer was killed.
        }
    }

    /// <summary>The same again and again, on whichever address the caller names, until it is stopped.</summary>
    public async Task RunForeverAsync(
        Func<DeliveryService.DeliveryServiceClient> deliveries, int credits, int acknowledgements, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await RunAsync(deliveries(), credits, acknowledgements, stop);
            await Task.Delay(TimeSpan.FromMilliseconds(300), CancellationToken.None);
        }
    }
}
