using System.CommandLine;
using Zhice.Catalogs.Campaigns;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report plan`: what a campaign proposes for the next one.</summary>
internal static class ReportPlanCommand
{
    public static Command Create()
    {
        var campaign = new Argument<string>("CAMPAIGN") { Description = "The campaign whose figures are used. Example: deposit_weekend" };
        var outcome = new Option<string>("--outcome") { Description = "The outcome of the catalogue. Example: --outcome deposit_opened", HelpName = "ID", Required = true };
        var next = new Option<string?>("--id") { Description = "The id of the next campaign; without it that of the campaign with _next. Example: --id deposit_december", HelpName = "ID" };
        var worth = new Option<double>("--worth") { Description = "The smallest difference of the shares that is worth a contact. Example: --worth 0.002", HelpName = "SHARE" };
        var confidence = new Option<double>("--confidence") { Description = "How sure it must be. Example: --confidence 0.9", HelpName = "LEVEL", DefaultValueFactory = static _ => 0.95 };
        var file = new Option<string?>("--out") { Description = "Writes the draft as a YAML file that 'zhice campaigns save' takes. Example: --out next.yaml", HelpName = "FILE" };
        var command = new Command(
            "plan",
            """
            Proposes the next campaign from what one brought: audience, arms and holdout; says how sure that is, and where there is no gain.

            Its intervals may be looked at on any day. The draft is checked, rehearsed and approved like any other.
            Example: zhice report plan deposit_weekend --outcome deposit_opened --out next.yaml
            """)
        {
            campaign, outcome, next, worth, confidence, file,
        };
        return command.Runs(async session =>
        {
            var request = new GetNextPlanRequest
            {
                CampaignId = session.Get(campaign), OutcomeId = session.Get(outcome)!, NextCampaignId = session.Get(next) ?? "", Worth = session.Get(worth),
                Confidence = session.Get(confidence),
            };
            var plan = await session.Client.Measurement.GetNextPlanAsync(request, cancellationToken: session.Cancellation);
            var lines = PlanText.Lines(request, plan).ToList();
            if (session.Get(file) is { } target)
            {
                if (plan.Draft is null)
                {
                    throw new FailureException($"{PlanText.Verdict(plan)} So there is no draft, and nothing is written.");
                }

                CampaignFile.Write(plan.Draft, target);
                await File.WriteAllLinesAsync(
                    target, [.. lines.Select(static line => $"# {line}"), .. await File.ReadAllLinesAsync(target, session.Cancellation)], session.Cancellation);
            }

            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(PlanText.Json(request, plan));
                return;
            }

            lines.ForEach(session.Terminal.Line);
            session.Terminal.Line(plan.Draft is null ? "No draft."
                : session.Get(file) is { } written ? $"Wrote the draft '{plan.Draft.CampaignId}' to {written}. Next: zhice campaigns save {written} --check, then rehearse and save it."
                : $"The draft '{plan.Draft.CampaignId}' is written by --out FILE.");
        });
    }
}
