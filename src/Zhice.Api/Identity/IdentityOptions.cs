using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Zhice.Api.Identity;

/// <summary>Whose tokens and certificates the API accepts, in the section "Zhice:Identity".</summary>
public sealed record IdentityOptions
{
    /// <summary>The name of the section, within "Zhice".</summary>
    public const string Section = "Identity";

    /// <summary>The lines of the help text.</summary>
    public const string Help = """
          Identity:Authority    the identity provider that tokens come from,     (none: callers are the
          Identity:KeysFile     ... or a file of its public keys, as a JWK set    developer in Development
          Identity:Issuer       who must have issued a token                      on this machine, else the
          Identity:Audience     whom a token must be for                          start is refused)
          Identity:NameClaim    the claims of name, roles and channels           (sub)
          Identity:RolesClaim   ... dots lead into objects                       (roles)
          Identity:RolePrefix   ... what stands before the name of a role        (nothing)
          Identity:ChannelsClaim                                                 (channels)
          Identity:ClockSkew    how far clocks may be apart                      (00:00:30)
          Identity:KeyRefreshPause  an unknown key is asked for so seldom        (00:00:10)
          Identity:MaxKnownTokens   how many tokens are checked only once        (10000)
          Identity:SignIn:ClientId          people sign in to pages at the       (none)
          Identity:SignIn:ClientSecretFile  ... Authority: id and secret there
          Identity:SignIn:IdleTimeout       ... a session ends without requests  (00:15:00)
          Identity:SignIn:MaxSession        ... and in any case                  (08:00:00)
          Identity:MaxPercentOfCaller  one caller's part of the calls of a class (50)
          Identity:MaxCallsPerSecond   what one caller may begin on this host    (0: any number)
          Identity:MaxRefusals         refused so often in a minute, a caller is (300; 0: never)
          Identity:LockOutTime         ... locked out for so long               (00:05:00)
          Identity:Certificates:0:Subject   a caller by its certificate: its ... (none)
          Identity:Certificates:0:Name      ... name in logs and audit,
          Identity:Certificates:0:Roles     ... roles, with commas between,
          Identity:Certificates:0:Channels  ... channels, * for all
        """;

    /// <summary>
    /// The address of the identity provider; its keys are found there by OpenID Connect discovery, and read again when they change.
    /// </summary>
    /// <value>An https URL; http for this machine only. Default: none.</value>
    public string Authority { get; init; } = "";

    /// <summary>
    /// A file of public keys in place of an authority: a JWK set (RFC 7517). For networks without an identity provider, and for
    /// development.
    /// </summary>
    /// <value>Default: none.</value>
    public string KeysFile { get; init; } = "";

    /// <summary>The issuer that a token must name (iss).</summary>
    /// <value>Default: the Authority.</value>
    public string Issuer { get; init; } = "";

    /// <summary>The audience that a token must name (aud): this API.</summary>
    /// <value>Needed with an Authority or a KeysFile.</value>
    public string Audience { get; init; } = "";

    /// <summary>The claim with the name of the caller, which logs of changes and the audit show.</summary>
    /// <value>Default: sub.</value>
    [Required]
    public string NameClaim { get; init; } = "sub";

    /// <summary>
    /// The claim with the roles: a list, or a text with spaces between them. Dots lead into objects, such as realm_access.roles.
    /// </summary>
    /// <value>Default: roles.</value>
    [Required]
    public string RolesClaim { get; init; } = "roles";

    /// <summary>
    /// What stands before the name of a role in the claim, such as <c>zhice-</c>; values without it are no roles of this API.
    /// </summary>
    /// <value>Default: nothing.</value>
    public string RolePrefix { get; init; } = "";

    /// <summary>The claim with the channels that a channel gateway may serve; * stands for all.</summary>
    /// <value>Default: channels.</value>
    [Required]
    public string ChannelsClaim { get; init; } = "channels";

    /// <summary>How far the clocks of the identity provider and of this machine may be apart.</summary>
    /// <value>0 to 1 minute. Default: 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long at least after the keys were read a token with an unknown key has them read again.</summary>
    /// <value>0.1 seconds to 1 hour. Default: 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan KeyRefreshPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many tokens are remembered, so that each is checked once.</summary>
    /// <value>1 to 1,000,000. Default: 10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxKnownTokens { get; init; } = 10_000;

    /// <summary>Which part of the calls of a class that may be under way one caller may have, in percent; more are shed.</summary>
    /// <value>1 to 100. Default: 50, so that one caller that floods leaves room for others. The developer is not limited.</value>
    [Range(1, 100)]
    public int MaxPercentOfCaller { get; init; } = 50;

    /// <summary>How many calls a second one caller may begin on this host; more are shed. A second's worth may come at once.</summary>
    /// <value>0 to 10,000,000. Default: 0, any number.</value>
    [Range(0, 10_000_000)]
    public int MaxCallsPerSecond { get; init; }

    /// <summary>How often a caller may be refused within a minute on one host, for want of a role, before it is locked out.</summary>
    /// <value>0 to 1,000,000; 0: never. Default: 300. Callers with the roles app or channel are not locked out.</value>
    [Range(0, 1_000_000)]
    public int MaxRefusals { get; init; } = 300;

    /// <summary>For how long a caller is locked out.</summary>
    /// <value>1 second to 24 hours. Default: 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LockOutTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Callers that show a certificate in place of a token, by the subjects of their certificates.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<CertificateCaller> Certificates { get; init; } = [];

    /// <summary>How people sign in to pages.</summary>
    public SignInOptions SignIn { get; init; } = new();

    /// <summary>Whether tokens are accepted.</summary>
    public bool AcceptsTokens => Authority.Length + KeysFile.Length > 0;

    /// <summary>Whether any identity is accepted.</summary>
    public bool IsOn => AcceptsTokens || Certificates.Count > 0;

    /// <summary>The issuer in force.</summary>
    internal string IssuerInForce => Issuer.Length > 0 ? Issuer : Authority;

    /// <summary>Checks that the settings belong together.</summary>
    /// <exception cref="ArgumentException">They do not; the message says what would be right.</exception>
    public IdentityOptions Checked()
    {
        if (Authority.Length > 0 && KeysFile.Length > 0)
        {
            throw new ArgumentException("Identity has an Authority and a KeysFile; set the one or the other.");
        }

        if (Authority.Length > 0 && !IsSafe(Authority))
        {
            throw new ArgumentException($"Identity:Authority is '{Authority}'; it must be an https URL, or http for this machine only: whoever answers there says whose tokens are right.");
        }

        if (AcceptsTokens && Audience.Length == 0)
        {
            throw new ArgumentException("Identity:Audience is not set; name the audience of this API in tokens (aud), so that tokens for other services are refused.");
        }

        if (AcceptsTokens && IssuerInForce.Length == 0)
        {
            throw new ArgumentException("Identity:Issuer is not set; with a KeysFile name the issuer that tokens must have (iss).");
        }

        if (SignIn.IsOn && Authority.Length == 0)
        {
            throw new ArgumentException(
                "Identity:SignIn has a ClientId and there is no Identity:Authority; people sign in at an identity provider.");
        }

        foreach (var certificate in Certificates)
        {
            certificate.ToCaller(DateTimeOffset.MaxValue);
        }

        return Certificates.CountBy(
            static certificate => certificate.SubjectName).FirstOrDefault(static each => each.Value > 1).Key is { } twice
            ? throw new ArgumentException($"Identity:Certificates has the subject '{twice}' twice.")
            : this;
    }

    private static bool IsSafe(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && (uri.Host == "localhost" || (IPAddress.TryParse(uri.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip)))));
}
