using System.Net;
using System.Security.Cryptography.X509Certificates;

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

    /// <summary>
    /// Gives the bearer token of a call, as it is when the call begins: it is asked before each, so it should keep the token until shortly
    /// before its end.
    /// </summary>
    /// <value>Default: none. With one, the address must be https, or http of this machine.</value>
    public Func<CancellationToken, ValueTask<string>>? GetToken { get; init; }

    /// <summary>The certificate, with its key, that the client shows in place of a token.</summary>
    /// <value>Default: none. With one, the address must be https.</value>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The authorities that may have signed the server's certificate.</summary>
    /// <value>Default: those that the machine trusts.</value>
    public X509Certificate2Collection? TrustedAuthorities { get; init; }

    /// <summary>Who calls a server in development, which takes every caller for the developer otherwise; other servers ignore it.</summary>
    /// <value>Default: nobody named.</value>
    public string DevelopmentUser { get; init; } = "";

    /// <summary>Tells the time that deadlines are counted from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal ZhiceClientOptions Validated()
    {
        if (!Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The address '{Address}' is none that gRPC can use; right is, for instance, {DefaultAddress}.");
        }

        var isHttps = Address.Scheme == Uri.UriSchemeHttps;
        if (GetToken is not null && !isHttps
            && !(Address.IsLoopback || (IPAddress.TryParse(Address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip))))
        {
            throw new ArgumentException(
                $"The address '{Address}' would show the token to everybody on the way; with a token it must begin with https://.");
        }

        if (Certificate is not null && !isHttps)
        {
            throw new ArgumentException($"The address '{Address}' takes no certificate; with one it must begin with https://.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Deadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxAttempts, 5);
        return this;
    }
}
