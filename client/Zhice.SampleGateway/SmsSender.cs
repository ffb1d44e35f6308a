using Zhice.V1;

namespace Zhice.SampleGateway;

/// <summary>Text messages: the body alone, at most 500 characters, as a provider takes it.</summary>
internal sealed class SmsSender(TextWriter output) : IChannelSender
{
    private const int MaxCharacters = 500;

    public string ChannelId => "sms";

    public async ValueTask<Refusal?> SendAsync(OutboundContact contact, CancellationToken stop)
    {
        var text = contact.Content?.Body ?? "";
        if (text.Length is 0 or > MaxCharacters)
        {
            return new() { Reason = $"a text message has 1 to {MaxCharacters} characters, this one {text.Length}", GiveUp = true };
        }

        // A provider takes an id by which it knows a repeat: the contact's.
        await output.WriteLineAsync($"sms to {contact.CustomerId}: {text} [{contact.ContactId}]");
        return null;
    }
}
