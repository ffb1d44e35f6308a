using System.ComponentModel.DataAnnotations;

namespace Zhice.Api.Identity;

/// <summary>How people sign in to pages, by OpenID Connect at the Authority, in the section "Zhice:Identity:SignIn".</summary>
public sealed record SignInOptions
{
    /// <summary>The id that the identity provider knows this host by.</summary>
    /// <value>Default: none, and nobody signs in to pages.</value>
    public string ClientId { get; init; } = "";

    /// <summary>The file of the secret that goes with it.</summary>
    /// <value>Default: none, for a provider that takes PKCE alone.</value>
    public string ClientSecretFile { get; init; } = "";

    /// <summary>After how long without a request a session ends.</summary>
    /// <value>1 minute to 8 hours. Default: 15 minutes.</value>
    [Range(typeof(TimeSpan), "00:01:00", "08:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>After how long a session ends in any case.</summary>
    /// <value>1 minute to 24 hours. Default: 8 hours.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan MaxSession { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Whether people sign in to pages.</summary>
    public bool IsOn => ClientId.Length > 0;
}
