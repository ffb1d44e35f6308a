namespace Zhice.Client;

/// <summary>How a gateway takes the contacts of a channel.</summary>
public sealed record ContactGatewayOptions
{
    /// <summary>The channel, one of the catalogue's.</summary>
    public required string ChannelId { get; init; }

    /// <summary>A name of this gateway for operators.</summary>
    /// <value>1 to 64 bytes; default: the machine's name.</value>
    public string Consumer { get; init; } = Environment.MachineName;

    /// <summary>How long a contact may take before it comes again, perhaps elsewhere.</summary>
    /// <value>1 second to 1 hour; default 30 seconds.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many contacts may be here at once, waiting, being sent or being settled.</summary>
    /// <value>1 to 10,000; default 500. All of them should be sent within the lease.</value>
    public int Window { get; init; } = 500;

    /// <summary>How many contacts are sent at once.</summary>
    /// <value>1 to the window; default 16.</value>
    public int Parallel { get; init; } = 16;

    /// <summary>The pause after the connection was lost.</summary>
    /// <value>Above 0; default 1 second.</value>
    public TimeSpan ReconnectPause { get; init; } = TimeSpan.FromSeconds(1);
}
