using System.Collections.Concurrent;
using System.Diagnostics;
using Zhice.BankMarketing;
using Zhice.Cli.Running;
using Zhice.Client;
using Zhice.V1;

namespace Zhice.Cli.Replay;

/// <summary>
/// Replays a campaign through the public API as it happened: each contact is predicted by Recommend, and only then is
/// its outcome given as feedback. Some rows are on their way at once, so a prediction may lag by the window's outcomes.
/// </summary>
internal sealed class ReplayRun(ZhiceClient client, IReadOnlyList<CampaignRow> rows, int window, Action<int> advance)
{
    public const string Placement = BankMarketingFile.PlacementId;
    public const string Action = BankMarketingFile.ActionId;

    // GetDecision is asked for so many of the rows that were not offered.
    private const int MaxExplained = 5;

    private readonly ScoredRow?[] _scored = new ScoredRow?[rows.Count];
    private readonly ConcurrentBag<NotOffered> _notOffered = [];
    private readonly ConcurrentBag<NotRecorded> _notRecorded = [];
    private readonly string _runId = Guid.CreateVersion7().ToString("n");
    private int _explained;

    public async Task<ReplayOutcome> RunAsync(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        await using var feedback = client.OpenEventStream(window, cancellation);

        // Starts rows in their order and at most `window` at once; the first fault ends all.
        await Parallel.ForAsync(0, rows.Count, new ParallelOptions { MaxDegreeOfParallelism = window, CancellationToken = cancellation },
            async (index, stop) => await ReplayAsync(index, feedback, stop));
        await feedback.CompleteAsync();
        return new(
            _runId,
            ReplayScore.Compute([.. _scored.Where(s => s is not null).Select(s => s!.Value)]),
            [.. _notOffered.OrderBy(n => n.Row)],
            [.. _notRecorded.OrderBy(n => n.Row)],
            clock.Elapsed);
    }

    private async Task ReplayAsync(int index, EventStream feedback, CancellationToken stop)
    {
        var row = rows[index];
        var answer = await client.Recommendations.RecommendAsync(
            new()
            {
                CustomerId = row.CustomerId,
                PlacementId = Placement,
                Limit = 50,
                RequestId = $"replay-{_runId}-{row.Row}",
            },
            cancellationToken: stop);
        var offered = answer.Recommendations.FirstOrDefault(r => r.ActionId == Action);
        if (offered is null)
        {
            _notOffered.Add(new(row.Row, row.CustomerId, answer.DecisionId, await WhyNotAsync(row, answer.DecisionId, stop)));
        }
        else
        {
            _scored[index] = new(offered.Propensity, row.IsAccepted);
            await LearnAsync(row, answer.DecisionId, feedback);
        }

        advance(1);
    }

    private async Task LearnAsync(CampaignRow row, string decisionId, EventStream feedback)
    {
        var receipt = await feedback.SendAsync(new Event
        {
            EventId = $"replay-{_runId}-{row.Row}",
            CustomerId = row.CustomerId,
            Feedback = new()
            {
                Type = row.IsAccepted ? FeedbackType.Acceptance : FeedbackType.Dismissal,
                DecisionId = decisionId,
                ActionId = Action,
            },
        });
        var result = await receipt.Acknowledged;
        if (result.Outcome != EventOutcome.Recorded)
        {
            _notRecorded.Add(
                new(row.Row, result.Error is null ? EnumName.Words(result.Outcome) : FaultPrinter.InALine(GrpcFault.From(result.Error))));
        }
    }

    private async Task<string?> WhyNotAsync(CampaignRow row, string decisionId, CancellationToken stop)
    {
        if (Interlocked.Increment(ref _explained) > MaxExplained)
        {
            return null;
        }

        try
        {
            var explained = await client.Recommendations.GetDecisionAsync(
                new() { CustomerId = row.CustomerId, DecisionId = decisionId }, cancellationToken: stop);
            var reason = explained.Decision.Verdicts.FirstOrDefault(v => v.ActionId == Action)?.Reason;
            return reason is null
                ? $"the catalogue has no action '{Action}'"
                : $"{EnumName.Words(reason.Code)} {reason.RuleId}: {reason.Message}";
        }
        catch (Grpc.Core.RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.NotFound)
        {
            return "the decision is no longer kept";
        }
    }
}
