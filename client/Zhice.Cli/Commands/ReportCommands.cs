using System.CommandLine;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report`: what worked, for whom and by how much.</summary>
internal static class ReportCommands
{
    public static Command Create() => new("report", "Measures what worked, for whom and by how much. Example: zhice report lift --help")
    {
        ReportFunnelCommand.Create(), ReportHoldoutCommand.Create(), ReportExperimentCommand.Create(), ReportLiftCommand.Create(), ReportOffPolicyCommand.Create(), ReportDraftCommand.Create(),
        ReportChallengerCommand.Create(),
        ReportAttributionCommand.Create(), ReportReachCommand.Create(), ReportActionsCommand.Create(),
        ReportPressureCommand.Create(), ReportActivityCommand.Create(), ReportModelsCommand.Create(), ReportTiersCommand.Create(),
        ReportContrastsCommand.Create(), ReportPlanCommand.Create(), ReportCatalogCommand.Create(), ReportValueCommand.Create(),
    };
}
