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

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    private static ZhiceClient CreateClient(ParseResult parsed)
    {
        try
        {
            return new(new ZhiceClientOptions
            {
                Address = new(parsed.GetRequiredValue(GlobalOptions.Address)),
                Deadline = TimeSpan.FromSeconds(parsed.GetRequiredValue(GlobalOptions.Timeout)),
                DevelopmentUser = parsed.GetValue(GlobalOptions.User) ?? "",
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
