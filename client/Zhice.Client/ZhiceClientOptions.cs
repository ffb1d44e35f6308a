namespace Zhice.Client;

/// <summary>How a <see cref="ZhiceClient"/> reaches the server.</summary>
public sealed record ZhiceClientOptions
{
    /// <summary>Where a server on this machine listens for gRPC.</summary>
    public const string DefaultAddress = "http://127.0.0.1:7301";

    /// <summary>The server's gRPC address, an absolute http or https URI.</summary>
    /// <value>Default: <see cref="DefaultAddress"/>.</value>
    public Uri Address { get; init; } = new(DefaultAddress);

    /// <summary>How long a unary call may take, its repeats included, when the caller sets no deadline.</summary>
    /// <value>Above 0. Default: 30 s.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call that ended UNAVAILABLE is tried in all.</summary>
    /// <value>1 (never repeated) to 5. Default: 4.</value>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>Tells the time that deadlines are counted from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal ZhiceClientOptions Validated()
    {
        if (!Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The address '{Address}' is none that gRPC can use; right is, for instance, {DefaultAddress}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Deadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxAttempts, 5);
        return this;
    }
}
