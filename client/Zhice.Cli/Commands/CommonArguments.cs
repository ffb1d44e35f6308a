using System.CommandLine;
using Zhice.Cli.Values;

namespace Zhice.Cli.Commands;

/// <summary>Arguments and options that several commands have.</summary>
internal static class CommonArguments
{
    public static Argument<string> Customer() => new("CUSTOMER") { Description = "The customer, by the bank's own id. Example: 020235" };

    public static Option<string?> Channel() => new("--channel")
    {
        Description = "The channel, one of the catalogue's. Example: --channel mobile_app",
        HelpName = "CHANNEL",
    };

    public static Option<Assignment[]> Assignments(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = Assignment.ParseAll,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>An id for a write, so that its repeats count once.</summary>
    public static string NewRequestId() => $"cli-{Guid.CreateVersion7():n}";
}
