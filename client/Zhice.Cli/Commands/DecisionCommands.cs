using System.CommandLine;
using Zhice.Cli.Running;

namespace Zhice.Cli.Commands;

/// <summary>`zhice explain` and `zhice replay-decision`: why it was decided so, and whether it would be again.</summary>
internal static class DecisionCommands
{
    public static Command Explain()
    {
        var (customer, id) = (CommonArguments.Customer(), Id());
        var action = new Option<string>("--action") { Description = "Shows every check on this action too, with its inputs, and what moved its propensity." };
        return new Command("explain", "Shows why each action was offered or not. Example: zhice explain 020235 d019ab3c4d5e60001f00d0123456789ab --action deposit") { customer, id, action }.Runs(async session =>
        {
            var answer = await session.Client.Recommendations.GetDecisionAsync(
                new() { CustomerId = session.Get(customer), DecisionId = session.Get(id) }, cancellationToken: session.Cancellation);
            DecisionTable.Print(session.Terminal, answer.Decision);
            if (session.Get(action) is { } actionId && !session.Terminal.IsJson)
            {
                CheckTable.Print(session.Terminal, answer.Decision.Verdicts.FirstOrDefault(verdict => verdict.ActionId == actionId)
                    ?? throw new FailureException($"The catalogue of this decision has no action '{actionId}'."));
            }
        });
    }

    public static Command Replay()
    {
        var (customer, id) = (CommonArguments.Customer(), Id());
        return new Command(
            "replay-decision",
            "Makes a logged decision again of what it was made of. Exit code 1: it comes out otherwise. Example: zhice replay-decision 020235 d019ab3c4d5e60001f00d0123456789ab")
        {
            customer, id,
        }.Runs(async session =>
        {
            var answer = await session.Client.Recommendations.ReplayDecisionAsync(
                new() { CustomerId = session.Get(customer), DecisionId = session.Get(id) }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
            }
            else if (answer.Identical)
            {
                session.Terminal.Line($"The same comes out, to the last bit, by catalogue version {answer.Logged.CatalogVersion}.");
                DecisionTable.Print(session.Terminal, answer.Replayed);
            }

            if (!answer.Identical)
            {
                DecisionTable.Print(session.Terminal, answer.Logged);
                DecisionTable.Print(session.Terminal, answer.Replayed);
                throw new FailureException("Another decision comes out than was logged: the first table is what was logged, the second what comes out now.");
            }
        });
    }

    private static Argument<string> Id() => new("DECISION") { Description = "The decision's id, as `zhice recommend` prints it. Example: d019ab3c4d5e60001f00d0123456789ab" };
}
