using Orleans;

namespace Zhice.Domain.Deliveries;

/// <summary>How a contact came to its end, or what was heard of it. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.delivery-outcome")]
public enum DeliveryOutcome : byte
{
    /// <summary>Its channel took it.</summary>
    Sent = 1,

    /// <summary>It was not sent before it expired.</summary>
    Expired = 2,

    /// <summary>It was given up, and is a dead letter.</summary>
    GivenUp = 3,

    /// <summary>It was taken back before it was sent.</summary>
    Withdrawn = 4,

    /// <summary>A receipt says that it has arrived.</summary>
    Delivered = 5,

    /// <summary>A receipt says that it was seen.</summary>
    Opened = 6,

    /// <summary>A receipt says that it was tapped.</summary>
    Clicked = 7,

    /// <summary>A receipt says that it did not arrive.</summary>
    Failed = 8,
}
