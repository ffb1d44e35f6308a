using Zhice.V1;

namespace Zhice.SampleGateway;

/// <summary>A channel of the bank's: here it only prints; a real one calls the bank's push service, SMS provider or CRM.</summary>
internal interface IChannelSender
{
    /// <summary>The channel's id in the sample catalogue.</summary>
    string ChannelId { get; }

    /// <summary>Sends one contact.</summary>
    /// <returns>Null once it was sent; else why not, and whether there is no use in trying again.</returns>
    ValueTask<Refusal?> SendAsync(OutboundContact contact, CancellationToken stop);
}
