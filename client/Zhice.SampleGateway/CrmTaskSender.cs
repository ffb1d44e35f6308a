using System.Globalization;
using Zhice.V1;

namespace Zhice.SampleGateway;

/// <summary>Tasks for the remote bank's agents: whom to call, about what, and by when.</summary>
internal sealed class CrmTaskSender(TextWriter output) : IChannelSender
{
    public string ChannelId => "remote_bank";

    public async ValueTask<Refusal?> SendAsync(OutboundContact contact, CancellationToken stop)
    {
        var task = contact.Task ?? new ContactTask { Kind = "call" };
        var owner = task.Owner.Length > 0 ? task.Owner : "the next free agent";
        var due = (task.DueTime ?? contact.ExpireTime)?.ToDateTimeOffset().ToString("u", CultureInfo.InvariantCulture) ?? "any time";
        var note = task.Note.Length > 0 ? $" ({task.Note})" : "";
        await output.WriteLineAsync(
            $"task '{task.Kind}' for {owner}, due {due}: {contact.CustomerId}, {contact.Content?.Title}{note} [{contact.ContactId}]");
        return null;
    }
}
