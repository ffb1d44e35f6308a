using System.CommandLine;

namespace Zhice.Cli.Commands;

/// <summary>`zhice behaviour`: what customers do.</summary>
internal static class BehaviorCommands
{
    public static Command Create()
    {
        var command = new Command("behaviour", "Analyses what customers do. Example: zhice behaviour funnel login transfer --window 7d")
        {
            BehaviorCountsCommand.Create(), BehaviorFunnelCommand.Create(), BehaviorRetentionCommand.Create(), BehaviorPathsCommand.Create(),
        };
        command.Aliases.Add("behavior");
        return command;
    }
}
