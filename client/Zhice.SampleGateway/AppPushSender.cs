using Zhice.V1;

namespace Zhice.SampleGateway;

/// <summary>Notifications in the bank's app: a title, a text, and where a tap leads.</summary>
internal sealed class AppPushSender(TextWriter output) : IChannelSender
{
    public string ChannelId => "push";

    public async ValueTask<Refusal?> SendAsync(OutboundContact contact, CancellationToken stop)
    {
        if (contact.Content is not { Title.Length: > 0 })
        {
            // It will never have one: trying again is of no use.
            return new() { Reason = "a notification needs a title", GiveUp = true };
        }

        await output.WriteLineAsync($"push to {contact.CustomerId}: {contact.Content.Title} | {contact.Content.Body} -> {contact.Content.DeepLink} [{contact.ContactId}]");
        return null;
    }
}
