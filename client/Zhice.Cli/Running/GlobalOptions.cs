using System.CommandLine;
using System.Globalization;
using Zhice.Client;

namespace Zhice.Cli.Running;

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    public const string AddressVariable = "ZHICE_ADDRESS";
    public const string TokenFileVariable = "ZHICE_TOKEN_FILE";
    public const string CaFileVariable = "ZHICE_CA_FILE";
    public const string CertificateFileVariable = "ZHICE_CERTIFICATE_FILE";

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
                    result.AddError(
                        $"The address '{text}' must start with http:// or https://, such as {ZhiceClientOptions.DefaultAddress}.");
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

    public static Option<string?> User { get; } = new("--user")
    {
        Description = "Who calls a server in development; elsewhere the token says it. Example: --user li",
        HelpName = "NAME",
        Recursive = true,
    };

    public static Option<string?> TokenFile { get; } = CreateFile(
        "--token-file", TokenFileVariable, "A file with the bearer token", "token.jwt");

    public static Option<string?> CaFile { get; } = CreateFile(
        "--ca-file", CaFileVariable, "A PEM file of the authority of the server's certificate, if the machine does not trust it", "ca.pem");

    public static Option<string?> CertificateFile { get; } = CreateFile(
        "--certificate-file", CertificateFileVariable, "A PEM file with a certificate and its key, in place of a token", "me.pem");

    public static IEnumerable<Option> All => [Address, Json, Timeout, User, TokenFile, CaFile, CertificateFile];

    private static Option<string?> CreateFile(string name, string variable, string about, string example) => new(name)
    {
        Description = $"{about}; also from {variable}. Example: {name} {example}",
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } file ? file : null,
        Validators =
        {
            result =>
            {
                if (result.GetValueOrDefault<string?>() is { } file && !File.Exists(file))
                {
                    result.AddError($"{name}: there is no file '{file}'.");
                }
            },
        },
    };
}
