using System.CommandLine;
using Zhice.Catalogs.Campaigns;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Plans;
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
            var figures = await PlanFigures.ReadAsync(session, session.Get(campaign), session.Get(outcome)!, session.Get(confidence));
            var smallest = session.Get(worth);
            if (!(smallest is >= 0 and < 1))
            {
                throw new UsageException("--worth must be from 0 to below 1; 0.002 is two customers in a thousand.");
            }

            var plan = figures.Propose(new(new Confidence(session.Get(confidence)), smallest));
            var draft = PlanDraft.Create(figures, plan, session.Get(next));
            if (session.Get(file) is { } target)
            {
                if (draft is null)
                {
                    throw new FailureException($"{PlanText.Verdict(figures, plan)} So there is no draft, and nothing is written.");
                }

                CampaignFile.Write(draft, target);
                await File.WriteAllLinesAsync(
                    target, [.. PlanText.Lines(figures, plan).Select(static line => $"# {line}"), .. await File.ReadAllLinesAsync(target)], session.Cancellation);
            }

            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(PlanText.Json(figures, plan, draft));
                return;
            }

            PlanText.Print(session.Terminal, figures, plan);
            session.Terminal.Line(draft is null ? "No draft."
                : session.Get(file) is { } written ? $"Wrote the draft '{draft.CampaignId}' to {written}. Next: zhice campaigns save {written} --check, then rehearse and save it."
                : $"The draft '{draft.CampaignId}' is written by --out FILE.");
        });
    }
}
