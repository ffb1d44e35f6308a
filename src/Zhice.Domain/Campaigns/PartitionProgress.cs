using System.Collections.Immutable;
using Orleans;

namespace Zhice.Domain.Campaigns;

/// <summary>
/// How far one bucket's part of a run is. It never changes; each step makes the next, which is kept before anything that
/// follows from it is done.
/// </summary>
[GenerateSerializer, Immutable, Alias("zhice.part-progress")]
public sealed record PartitionProgress
{
    /// <summary>Not begun.</summary>
    public static PartitionProgress None { get; } = new();

    /// <summary>Behind which customer the next page begins.</summary>
    [Id(0)]
    public string Cursor { get; init; } = "";

    /// <summary>The customers of the page under way who had no turn yet: some may be contacted already.</summary>
    [Id(1)]
    public ImmutableArray<string> Page { get; init; } = [];

    /// <summary>Whether no page follows.</summary>
    [Id(2)]
    public bool IsLastPage { get; init; }

    /// <summary>What became of those who had their turn.</summary>
    [Id(3)]
    public RunCounts Counts { get; init; } = RunCounts.None;

    /// <summary>How often the rest of the page was asked in vain, for no fault that passes.</summary>
    [Id(4)]
    public int Tries { get; init; }

    /// <summary>Whose orders it takes: none of an earlier activation of the campaign.</summary>
    [Id(5)]
    public long Driver { get; init; }

    /// <summary>How many pages of evaluations were kept.</summary>
    [Id(6)]
    public long Kept { get; init; }

    /// <summary>Whether all had their turn.</summary>
    public bool IsDone => IsLastPage && Page.IsEmpty;

    /// <summary>Takes up a page.</summary>
    public PartitionProgress Begin(ImmutableArray<string> page, string cursor, bool isLast) =>
        this with { Page = page, Cursor = cursor, IsLastPage = isLast, Tries = 0 };

    /// <summary>Counts those who had their turn; the others stay in the page.</summary>
    /// <param name="turns">For each customer of the page what became of the turn, and when; null: it could not be asked.</param>
    /// <param name="isInVain">Whether those who could not be asked met a fault that does not pass by itself.</param>
    /// <param name="maxTries">After how many such tries they are counted as failed.</param>
    /// <param name="nowMs">Now, unix milliseconds: when they failed.</param>
    /// <param name="settled">Those who had their turn.</param>
    public PartitionProgress Settle(
        ReadOnlySpan<CampaignEvaluation?> turns, bool isInVain, int maxTries, long nowMs, out List<CampaignEvaluation> settled)
    {
        var had = settled = new List<CampaignEvaluation>(turns.Length);
        var tries = isInVain ? Tries + 1 : Tries;
        var rest = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < turns.Length; i++)
        {
            if (turns[i] is { } turn && turn.Kind.Outcome != EvaluationOutcome.NotNow)
            {
                had.Add(turn);
            }
            else if (turns[i] is null && tries >= maxTries)
            {
                had.Add(new(Page[i], ContactResult.From(EvaluationOutcome.Failed), nowMs));
            }
            else
            {
                rest.Add(Page[i]);
            }
        }

        return this with { Page = rest.ToImmutable(), Counts = CountsWith(had), Tries = tries };
    }

    /// <summary>Ends the part: those of the page who had their turn are counted, and nobody else is asked.</summary>
    public PartitionProgress Close(List<CampaignEvaluation> had) =>
        this with { Page = [], IsLastPage = true, Counts = CountsWith(had) };

    private RunCounts CountsWith(List<CampaignEvaluation> had) =>
        had.CountBy(static turn => turn.Kind).Aggregate(Counts, static (sum, each) => sum.With(each.Key, each.Value));
}
