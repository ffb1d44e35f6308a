using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;

namespace Zhice.Grains.Deliveries.Connectors;

/// <summary>
/// Sends the contacts of one channel from a silo itself, without a gateway: all that a connector writes. A
/// <see cref="ContactDispatcher"/> leases the contacts, and reports what became of them.
/// </summary>
internal interface IContactSender
{
    /// <summary>The name of the consumer, such as "webhook".</summary>
    string Consumer { get; }

    /// <summary>The channel whose contacts it sends.</summary>
    string ChannelId { get; }

    /// <summary>How many contacts it sends at the same time.</summary>
    int Parallel { get; }

    /// <summary>How long the sending of one contact may take, with its repeats.</summary>
    TimeSpan MaxSendTime { get; }

    /// <summary>Sends one contact. Its id is the idempotency key: it may have been sent before.</summary>
    /// <returns>Sent, to be tried again, or to be given up. A fault is no report: the contact comes again once its lease is over.</returns>
    Task<ContactReport> SendAsync(LeasedContact contact);
}
