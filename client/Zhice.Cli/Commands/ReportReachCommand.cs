using System.CommandLine;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report reach`: customers to whom nothing can be offered, and which rule keeps them.</summary>
internal static class ReportReachCommand
{
    public static Command Create()
    {
        var options = new SampledCustomers();
        var command = new Command(
            "reach",
            """
            Counts customers to whom nothing is offered, and the rules that keep all actions from them.

            Decides for each customer of the sample by the catalogue in force, as Recommend does; nothing is changed.
            Example: zhice report reach --audience 'tags.age >= 60' --sample 0.1 --placement app_home
            """);
        options.AddTo(command);
        return command.Runs(async session =>
        {
            var result = await RunningSimulation.RunAsync(session, options.ToRequest(session));
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(result);
                return;
            }

            ReachTables.Print(session.Terminal, result);
        });
    }
}

/// <summary>The options that say for whom a report decides.</summary>
internal sealed class SampledCustomers
{
    private readonly Option<string?> _audience = new("--audience") { Description = "Only customers for whom this condition holds. Example: --audience 'tags.age >= 60'", HelpName = "CONDITION" };
    private readonly Option<double> _sample = new("--sample") { Description = "Which part of them, 0.0001 to 1; all if not given. Example: --sample 0.1" };
    private readonly Option<string[]> _placements = new("--placement") { Description = "The placements; all if not given. Example: --placement app_home branch_desk", AllowMultipleArgumentsPerToken = true };

    public void AddTo(Command command)
    {
        command.Add(_audience);
        command.Add(_sample);
        command.Add(_placements);
    }

    public SimulateRequest ToRequest(Session session) => new()
    {
        Audience = session.Get(_audience) ?? "", Sample = session.Get(_sample), PlacementIds = { session.Get(_placements) ?? [] },
    };
}
