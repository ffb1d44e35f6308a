using System.CommandLine;
using Zhice.Cli.Commands;
using Zhice.Cli.Running;

namespace Zhice.Cli;

/// <summary>The `zhice` command: all groups and the options that each of them has.</summary>
internal static class ZhiceCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            """
            Talks to a Zhice.Grains cluster: what to say to a customer, and may we say it?

            Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.
            Example: zhice recommend 020235 app_home --explain
            """)
        {
            RecommendCommand.Create(),
            DecisionCommands.Explain(),
            DecisionCommands.Replay(),
            CustomerCommands.Create(),
            EventsCommands.Create(),
            CatalogCommands.Create(),
            SimulateCommand.Create(),
            AudienceCommands.Create(),
            CampaignsCommands.Create(),
            JourneysCommands.Create(),
            ReportCommands.Create(),
            BehaviorCommands.Create(),
            FactsCommands.Create(),
            ReplayCommand.Create(),
            ReplayBanditCommand.Create(),
            SampleCommands.Create(),
            ModelsCommands.Create(),
            ImportCommand.Create(),
            ExportCommand.Create(),
            OperationsCommands.Create(),
            DeliveriesCommands.Create(),
            StopsCommands.Create(),
            ErasuresCommands.Create(),
            AuditCommands.Create(),
            CallersCommands.Create(),
        };
        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        return root;
    }
}
