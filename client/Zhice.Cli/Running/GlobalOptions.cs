using System.CommandLine;
using System.Globalization;
using Zhice.Client;

namespace Zhice.Cli.Running;

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    public const string AddressVariable = "ZHICE_ADDRESS";

    public static Option<string> Address { get; } = new("--address")
    {
        Description = $"The server's gRPC address; also from {AddressVariable}. Example: --address http://silo-1:7301",
        HelpName = "URI",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address
            ? address
            : ZhiceClientOptions.DefaultAddress,
        Validators =
        {
            result =>
            {
                var text = result.GetValueOrDefault<string>();
                if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                {
                    result.AddError($"The address '{text}' must start with http:// or https://, such as {ZhiceClientOptions.DefaultAddress}.");
                }
            },
        },
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Prints JSON, one object a line; errors too, on stderr. Example: zhice customer get 020235 --json | jq .version",
        Recursive = true,
    };

    public static Option<double> Timeout { get; } = new("--timeout")
    {
        Description = "How many seconds a call may take, its repeats included. Example: --timeout 2.5",
        HelpName = "SECONDS",
        Recursive = true,
        DefaultValueFactory = _ => 30,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) || seconds is not (> 0 and <= 86_400))
            {
                result.AddError($"--timeout must be a number of seconds, above 0 and at most 86400, not '{text}'.");
            }

            return seconds;
        },
    };

    public static IEnumerable<Option> All => [Address, Json, Timeout];
}
