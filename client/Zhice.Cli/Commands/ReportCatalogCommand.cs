using System.CommandLine;
using System.Globalization;
using Zhice.Catalogs.Yaml;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report catalog`: what experiments and actions propose for the next version of the catalogue.</summary>
internal static class ReportCatalogCommand
{
    public static Command Create()
    {
        var outcome = new Option<string>("--outcome") { Description = "The outcome of which more is better. Example: --outcome deposit_opened", HelpName = "ID", Required = true };
        var days = Numbers.Option("--days", "How many days back actions were reached and accepted. Example: --days 60", 3_650, 30);
        var confidence = new Option<double>("--confidence") { Description = "How sure it must be. Example: --confidence 0.9", HelpName = "LEVEL", DefaultValueFactory = static _ => 0.95 };
        var folder = new Option<string?>("--out") { Description = "Writes the draft to a folder, as 'zhice catalog get --out' does. Example: --out ./next", HelpName = "FOLDER" };
        return new Command(
            "catalog",
            """
            Proposes the next version of the catalogue: arms that won, other shares of arms, actions that lose; and says what that is based on.

            Nothing is changed. Look at the draft by 'zhice simulate FOLDER' and 'zhice report draft FOLDER', then apply or propose it.
            Example: zhice report catalog --outcome deposit_opened --out ./next
            """)
        {
            outcome, days, confidence, folder,
        }.Runs(async session =>
        {
            var plan = await session.Client.Measurement.GetCatalogPlanAsync(
                new() { OutcomeId = session.Get(outcome), Days = session.Get(days), Confidence = session.Get(confidence) },
                cancellationToken: session.Cancellation);
            if (session.Get(folder) is { } target)
            {
                CatalogFiles.Write(plan.Draft ?? throw new FailureException("Nothing is proposed, so there is no draft, and nothing is written."), target);
            }

            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(plan);
                return;
            }

            Print(session.Terminal, plan, session.Get(folder));
        });
    }

    private static void Print(Terminal terminal, GetCatalogPlanResponse plan, string? folder)
    {
        terminal.Line($"As of {InstantText.Format(plan.AsOfTime)}.");
        foreach (var proposal in plan.Proposals)
        {
            var what = proposal.Kind == CatalogProposalKind.None ? "nothing" : EnumName.Words(proposal.Kind);
            terminal.Line($"{proposal.TargetId}: {what}. {proposal.Basis}{(proposal.Basis.Length > 0 && proposal.Refusal.Length > 0 ? " " : "")}{proposal.Refusal}");
            foreach (var arm in proposal.Arms.Where(_ => proposal.Kind is CatalogProposalKind.PromoteArm or CatalogProposalKind.ShareArms))
            {
                terminal.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  arm {arm.ArmId}: {NumberText.Count(arm.Converted)} of {NumberText.Customers(arm.Contacted)}, the best with probability {arm.BestProbability:0.00}"));
            }

            if (proposal.Difference is { } difference)
            {
                terminal.Line($"  accepted {NumberText.Count(proposal.Accepted)} of {NumberText.Count(proposal.Reached)} times: {ReportHoldoutCommand.Text(difference, ReportHoldoutCommand.Percent)} against all others");
            }
        }

        terminal.Line(plan.Draft is null ? "No draft."
            : folder is null ? "The draft is written by --out FOLDER."
            : $"Wrote the draft to {folder}. Next: zhice simulate {folder}, then zhice catalog apply {folder}.");
    }
}
