using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.V1;
using Channel = System.Threading.Channels.Channel;

namespace Zhice.Client;

/// <summary>
/// Sends the contacts of a channel: takes them as they come, several at once, and settles each. It subscribes again when the
/// connection is lost. At least once: a contact may come again, so send by its contact id where the channel allows it.
/// </summary>
public sealed class ContactGateway
{
    private const int MaxSettlements = 500;
    private static readonly TimeSpan MaxEnd = TimeSpan.FromSeconds(5);

    private readonly DeliveryService.DeliveryServiceClient _deliveries;
    private readonly ContactGatewayOptions _options;
    private readonly Func<OutboundContact, CancellationToken, ValueTask<Refusal?>> _send;

    /// <summary>A gateway.</summary>
    /// <param name="deliveries">The API, as <see cref="ZhiceClient.Deliveries"/>.</param>
    /// <param name="options">Which channel, and how.</param>
    /// <param name="send">Sends one contact; null once it was sent, else why not. One that throws is tried again later.</param>
    public ContactGateway(
        DeliveryService.DeliveryServiceClient deliveries, ContactGatewayOptions options,
        Func<OutboundContact, CancellationToken, ValueTask<Refusal?>> send)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(send);
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.Window is >= 1 and <= 10_000, true, nameof(options));
        (_deliveries, _options, _send) = (deliveries, options, send);
    }

    /// <summary>Raised for each settlement that did not hold: the contact had ended, or its lease was over.</summary>
    public event Action<SettlementResult>? Unsettled;

    /// <summary>Raised when the connection is lost, before it is made again.</summary>
    public event Action<RpcException>? Lost;

    /// <summary>Sends contacts until it is stopped; what is being sent then is still settled.</summary>
    /// <exception cref="RpcException">It may not go on: the channel is not known, or a setting is out of its range.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stop);
            }
            catch (RpcException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException fault) when (fault.StatusCode is not (StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.PermissionDenied or StatusCode.Unauthenticated))
            {
                Lost?.Invoke(fault);
                await Task.Delay(_options.ReconnectPause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunOnceAsync(CancellationToken stop)
    {
        using var call = _deliveries.Subscribe(cancellationToken: CancellationToken.None);
        var contacts = Channel.CreateUnbounded<LeasedContact>();
        var settlements = Channel.CreateUnbounded<Settlement>();
        await call.RequestStream.WriteAsync(
            new()
            {
                Start = new()
                {
                    ChannelId = _options.ChannelId,
                    Consumer = _options.Consumer,
                    LeaseDuration = Duration.FromTimeSpan(_options.Lease),
                    Credits = _options.Window,
                },
            },
            CancellationToken.None);
        var reading = ReadAsync(call.ResponseStream, contacts.Writer);
        var settling = SettleAsync(call.RequestStream, settlements.Reader, stop);
        var sending = Task.WhenAll(
            Enumerable.Range(0, Math.Min(_options.Parallel, _options.Window))
                .Select(_ => SendAsync(contacts.Reader, settlements.Writer, stop)));
        await Task.WhenAny(reading, settling, Task.Delay(Timeout.Infinite, stop));

        // No more is begun; what is settled goes out before the end, and the server says its last.
        contacts.Writer.TryComplete();
        await sending;
        settlements.Writer.Complete();
        await settling;
        await call.RequestStream.CompleteAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (await Task.WhenAny(reading, Task.Delay(MaxEnd, CancellationToken.None)) == reading)
        {
            await reading;
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<SubscribeResponse> responses, ChannelWriter<LeasedContact> contacts)
    {
        while (await responses.MoveNext(CancellationToken.None))
        {
            foreach (var contact in responses.Current.Contacts?.Contacts ?? [])
            {
                contacts.TryWrite(contact);
            }

            foreach (var result in responses.Current.Settlements?.Results.Where(
                static result => result.Outcome != SettlementOutcome.Settled) ?? [])
            {
                Unsettled?.Invoke(result);
            }
        }
    }

    // What is left over when it stops comes again when its lease is over.
    private async Task SendAsync(ChannelReader<LeasedContact> contacts, ChannelWriter<Settlement> settlements, CancellationToken stop)
    {
        while (await contacts.WaitToReadAsync(CancellationToken.None))
        {
            while (contacts.TryRead(out var leased))
            {
                if (!stop.IsCancellationRequested)
                {
                    settlements.TryWrite(await SettleAsync(leased, stop));
                }
            }
        }
    }

    private async ValueTask<Settlement> SettleAsync(LeasedContact leased, CancellationToken stop)
    {
        var settlement = new Settlement { ContactId = leased.Contact.ContactId, LeaseId = leased.LeaseId };
        try
        {
            settlement.Refusal = await _send(leased.Contact, stop);
        }
        catch (Exception fault)
        {
            settlement.Refusal = new() { Reason = fault.Message.Length <= 80 ? fault.Message : fault.Message[..80] };
        }

        return settlement;
    }

    private static async Task SettleAsync(
        IClientStreamWriter<SubscribeRequest> requests, ChannelReader<Settlement> settlements, CancellationToken stop)
    {
        while (await settlements.WaitToReadAsync(CancellationToken.None))
        {
            var batch = new SubscribeSettlements();
            while (batch.Settlements.Count < MaxSettlements && settlements.TryRead(out var settlement))
            {
                batch.Settlements.Add(settlement);
            }

            await requests.WriteAsync(new() { Settlements = batch }, CancellationToken.None);
            if (!stop.IsCancellationRequested)
            {
                await requests.WriteAsync(new() { Credits = new() { Credits = batch.Settlements.Count } }, CancellationToken.None);
            }
        }
    }
}
