using Google.Protobuf.WellKnownTypes;
using Zhice.Api.Recommendations;
using Zhice.Api.Requests;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Campaigns;
using Zhice.V1;
using EvaluationOutcome = Zhice.Domain.Campaigns.EvaluationOutcome;

namespace Zhice.Api.Campaigns;

/// <summary>Campaigns as the public contract has them.</summary>
internal static class CampaignMap
{
    public static CampaignStatus ToStatus(CampaignRecord campaign)
    {
        var status = new CampaignStatus
        {
            Campaign = Campaign.Parser.ParseFrom(campaign.Source),
            State = (V1.CampaignState)campaign.State,
            Etag = campaign.Etag,
            Author = campaign.Author,
            Approver = campaign.Approver,
            Note = campaign.Note,
            PromotedArmId = campaign.Definition.Order.PromotedArm,
        };
        status.Runs.AddRange(campaign.Runs.Select(run => ToRun(run, campaign.Definition)));
        status.NextRunTime = campaign.NextDueAtMs is { } due ? Values.ToTimestamp(due) : null;
        status.Log.AddRange(
            campaign.Log.Select(static entry =>
                new CampaignLogEntry { Time = Values.ToTimestamp(entry.AtMs), Actor = entry.Actor, Text = entry.Text }));
        return status;
    }

    public static CampaignRun ToRun(CampaignRunRecord run, CampaignDefinition definition)
    {
        var mapped = ToRun(run.Counts);
        mapped.Run = run.Number;
        mapped.StartTime = Values.ToTimestamp(run.StartedAtMs);
        mapped.FinishTime = run.FinishedAtMs is { } finished ? Values.ToTimestamp(finished) : null;
        mapped.Expected = Math.Max(0, run.Expected);
        mapped.SpentFen = run.Counts.Contacted * definition.CostFen;
        mapped.Rate = run.Rate;
        mapped.WaitingFor = run.WaitingFor;
        var left = run.Expected - run.Counts.Matched;
        mapped.TimeLeft = run.FinishedAtMs is null && run.Rate > 0 && left > 0 && run.Counts.Contacted > 0
            ? Duration.FromTimeSpan(TimeSpan.FromSeconds(Math.Round(left * ((double)run.Counts.Contacted / run.Counts.Matched) / run.Rate)))
            : null;
        return mapped;
    }

    public static CampaignRun ToRun(RunCounts counts)
    {
        var run = new CampaignRun
        {
            Matched = counts.Matched,
            Contacted = counts.Contacted,
            Holdout = counts.Count(EvaluationOutcome.Holdout),
            Failed = counts.Count(EvaluationOutcome.Failed),
            TooOld = counts.Count(EvaluationOutcome.TooOld),
        };
        foreach (var (kind, customers) in counts.Turns.OrderByDescending(static each => each.Value).ThenBy(
            static each => each.Key.RuleId, StringComparer.Ordinal))
        {
            if (kind.Outcome == EvaluationOutcome.Blocked)
            {
                run.Blocked.Add(new BlockedCount { Reason = Explanation.Sentence(kind.Reason, kind.RuleId), Customers = customers });
            }
            else if (kind.Outcome == EvaluationOutcome.Contacted)
            {
                run.ByPlacement.Add(new ContactedCount { PlacementId = kind.PlacementId, ArmId = kind.ArmId, Customers = customers });
            }
        }

        run.HeldOut.AddRange(counts.Turns.Where(static each => each.Key is { Outcome: EvaluationOutcome.Holdout, PlacementId.Length: > 0 })
            .OrderByDescending(static each => each.Value).ThenBy(static each => (each.Key.PlacementId, each.Key.ArmId))
            .Select(static each =>
                new ContactedCount { PlacementId = each.Key.PlacementId, ArmId = each.Key.ArmId, Customers = each.Value }));
        return run;
    }

    public static V1.CampaignEvaluation ToEvaluation(Domain.Campaigns.CampaignEvaluation evaluation)
    {
        var kind = evaluation.Kind;
        return new()
        {
            CustomerId = evaluation.CustomerId,
            Outcome = (V1.EvaluationOutcome)kind.Outcome,
            Reason = kind.Outcome == EvaluationOutcome.Blocked ? Explanation.Sentence(kind.Reason, kind.RuleId) : null,
            PlacementId = kind.PlacementId,
            ArmId = kind.ArmId,
            Time = Values.ToTimestamp(evaluation.AtMs),
        };
    }
}
