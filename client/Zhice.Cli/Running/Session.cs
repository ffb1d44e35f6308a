using System.CommandLine;
using Zhice.Client;

namespace Zhice.Cli.Running;

/// <summary>What a command's body works with: what was typed, the server, and the terminal.</summary>
internal sealed class Session(ParseResult parsed, Terminal terminal, CancellationToken cancellation) : IDisposable
{
    /// <summary>The server, as the global options say.</summary>
    public ZhiceClient Client { get; } = new(new ZhiceClientOptions
    {
        Address = new(parsed.GetRequiredValue(GlobalOptions.Address)),
        Deadline = TimeSpan.FromSeconds(parsed.GetRequiredValue(GlobalOptions.Timeout)),
    });

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
}
