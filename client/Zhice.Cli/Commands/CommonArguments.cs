using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Cli.Running;
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

    /// <summary>An option that is an instant; null when it is left out.</summary>
    public static Option<Timestamp?> Time(string name, string description) => new(name)
    {
        Description = $"{description} Example: {name} {InstantText.Example}",
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (InstantText.TryParse(result.Tokens[0].Value, out var instant))
            {
                return Timestamp.FromDateTimeOffset(instant);
            }

            result.AddError($"'{result.Tokens[0].Value}' is no time with its offset, such as {InstantText.Example}.");
            return null;
        },
    };

    /// <summary>An id for a write, so that its repeats count once.</summary>
    public static string NewRequestId() => $"cli-{Guid.CreateVersion7():n}";

    /// <summary>`--new`, without which a mistyped id makes no customer.</summary>
    public static Option<bool> New() => new("--new") { Description = "The customer is new: an id never heard of is no typing error. Example: --new" };

    /// <summary>Refuses a customer never heard of, unless it is said to be new.</summary>
    public static async Task CheckKnownAsync(Session session, string customerId, bool isNew)
    {
        try
        {
            _ = isNew ? null : await session.Client.Customers.GetCustomerAsync(new() { CustomerId = customerId }, cancellationToken: session.Cancellation);
        }
        catch (RpcException fault) when (fault.StatusCode == StatusCode.NotFound)
        {
            throw new FailureException($"Nothing was ever heard of customer '{customerId}'; nothing is changed. If the id is right, and the customer is new, say --new.");
        }
    }
}
