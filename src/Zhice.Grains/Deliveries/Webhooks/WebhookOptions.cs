using System.Net;

namespace Zhice.Grains.Deliveries.Webhooks;

/// <summary>A channel whose contacts are posted to a URL.</summary>
public sealed record WebhookOptions
{
    /// <summary>The channel, one of the catalogue's.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Where they are posted: http or https.</summary>
    public Uri? Url { get; init; }

    /// <summary>The secret that signs them; better in <see cref="SecretFile"/>, or in the environment.</summary>
    /// <value>16 characters at the least.</value>
    public string Secret { get; init; } = "";

    /// <summary>A file whose text, without white space around it, is the secret.</summary>
    public string SecretFile { get; init; } = "";

    /// <summary>Whether the URL may lead to this machine or to a link-local address, as for a receiver on the silo's own machine.</summary>
    /// <value>Default: false.</value>
    public bool AllowLocal { get; init; }

    /// <summary>How many requests are under way at once, from one silo.</summary>
    /// <value>1 to 256; default 16.</value>
    public int Parallel { get; init; } = 16;

    /// <summary>How long the receiver may take to answer one request.</summary>
    /// <value>100 ms to 5 minutes; default 10 s.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a request is repeated at once, with back-off, before the contact waits for its next attempt.</summary>
    /// <value>0 to 10; default 2.</value>
    public int Repeats { get; init; } = 2;

    /// <summary>The same with the secret read.</summary>
    /// <exception cref="ArgumentException">A setting is missing or out of its range; the sentence says which.</exception>
    public WebhookOptions Checked()
    {
        var secret = SecretFile.Length > 0 ? ReadSecret() : Secret;
        return this switch
        {
            { Channel.Length: 0 } => throw Wrong("has no Channel"),
            { Url: not { IsAbsoluteUri: true, Scheme: "http" or "https" } } =>
                throw Wrong($"has the Url '{Url}'; it must be an absolute http or https URL"),
            { AllowLocal: false, Url: var url } when url.IsLoopback
                || (IPAddress.TryParse(url.IdnHost, out var address) && WebhookConnection.IsLocal(address)) =>
                throw Wrong($"has the Url '{Url}' on this machine or link; set AllowLocal if that is meant"),
            { Parallel: < 1 or > 256 } => throw Wrong($"has Parallel {Parallel}; 1 to 256 are allowed"),
            { Repeats: < 0 or > 10 } => throw Wrong($"has Repeats {Repeats}; 0 to 10 are allowed"),
            _ when Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(5) =>
                throw Wrong($"has Timeout {Timeout}; 100 ms to 5 minutes are allowed"),
            _ when secret.Length < 16 => throw Wrong("has a secret of less than 16 characters; set Secret or SecretFile"),
            _ => this with { Secret = secret },
        };
    }

    /// <summary>The same, if the host of the URL is one of those that contacts may go to.</summary>
    /// <param name="hosts">The names of the hosts, with semicolons between them; empty: any that is set.</param>
    /// <exception cref="ArgumentException">A setting is missing or out of its range, or the host is not one of them.</exception>
    public WebhookOptions CheckedFor(string hosts)
    {
        var fine = Checked();
        return hosts.Length == 0
            || hosts.Split(';', StringSplitOptions.TrimEntries).Contains(fine.Url!.IdnHost, StringComparer.OrdinalIgnoreCase)
            ? fine
            : throw Wrong($"has the Url '{Url}', and its host is not in WebhookHosts ({hosts}); add it there if contacts may go to it");
    }

    /// <summary>The settings but for the secret.</summary>
    public override string ToString() => $"webhook of {Channel} to {Url}";

    private string ReadSecret()
    {
        try
        {
            return File.ReadAllText(SecretFile).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or System.Security.SecurityException)
        {
            throw Wrong($"cannot read its SecretFile: {fault.Message}");
        }
    }

    private ArgumentException Wrong(string what) => new($"The webhook of channel '{Channel}' {what}.");
}
