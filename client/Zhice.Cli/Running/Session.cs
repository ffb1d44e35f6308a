using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Zhice.Client;

namespace Zhice.Cli.Running;

/// <summary>What a command's body works with: what was typed, the server, and the terminal.</summary>
internal sealed class Session(ParseResult parsed, Terminal terminal, CancellationToken cancellation) : IDisposable
{
    /// <summary>The server, as the global options say.</summary>
    public ZhiceClient Client { get; } = CreateClient(parsed);

    /// <summary>The server's address.</summary>
    public Uri Address => new(parsed.GetRequiredValue(GlobalOptions.Address));

    /// <summary>Where to print.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>The value of an argument; null only for one that need not be given.</summary>
    public T Get<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    /// <summary>The value of an option, or its default.</summary>
    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>The server as a person of another name calls it, who has all roles: on a server in development.</summary>
    /// <exception cref="UsageException">A token or a certificate says who calls.</exception>
    public ZhiceClient OpenAs(string user) =>
        parsed.GetValue(GlobalOptions.TokenFile) is null && parsed.GetValue(GlobalOptions.CertificateFile) is null
            ? CreateClient(parsed, user)
            : throw new UsageException("This plays several persons, which only a server in development lets one do: leave out the token and the certificate.");

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    private static ZhiceClient CreateClient(ParseResult parsed, string? user = null)
    {
        try
        {
            return new(new ZhiceClientOptions
            {
                Address = new(parsed.GetRequiredValue(GlobalOptions.Address)),
                Deadline = TimeSpan.FromSeconds(parsed.GetRequiredValue(GlobalOptions.Timeout)),
                DevelopmentUser = user ?? parsed.GetValue(GlobalOptions.User) ?? "",
                GetToken = parsed.GetValue(GlobalOptions.TokenFile) is { } token
                    ? async cancel => (await File.ReadAllTextAsync(token, cancel).ConfigureAwait(false)).Trim()
                    : null,
                TrustedAuthorities = parsed.GetValue(GlobalOptions.CaFile) is { } authorities ? ReadAuthorities(authorities) : null,
                Certificate = parsed.GetValue(GlobalOptions.CertificateFile) is { } own ? X509Certificate2.CreateFromPemFile(own) : null,
            });
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new UsageException(e.Message);
        }
    }

    private static X509Certificate2Collection ReadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities;
    }
}
