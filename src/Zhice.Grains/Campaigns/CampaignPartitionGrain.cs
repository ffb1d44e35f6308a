using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Customers;
using Zhice.Domain.Campaigns;
using Zhice.Grains.Spreading;
using Zhice.Storage.Backends;
using Zhice.Storage.Background;

namespace Zhice.Grains.Campaigns;

/// <summary>One bucket's part of a run. It lives with its bucket, and moves with it when it does not work.</summary>
[GrainType("campaign-part"), BucketPlacement]
internal sealed class CampaignPartitionGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<CampaignPartitionState> stored, SpreadGrains spread,
    TimeProvider clock, IStores? stores = null)
    : SpreadGrain(spread), ICampaignPartitionGrain
{
    // As many customers are asked at once; each page is a write of the part beside the customers' own.
    private const int MaxPage = 256;

    // One who cannot be reached for a reason of its own is given up after so many passes.
    private const int MaxTries = 5;

    // The catalogue may change meanwhile, and a clock may be set.
    private const long MaxPauseMs = 30_000;

    private static readonly TimeSpan MaxWork = TimeSpan.FromSeconds(1);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<PartitionReport> Work(PartitionWork order)
    {
        var (begun, limit, progress, unreadable, trouble, opensAtMs) =
            (clock.GetTimestamp(), order.Limit, stored.State.Progress, stored.State.Unreadable, "", 0L);
        if (order.Driver < progress.Driver || !await MayBegin(order.Driver))
        {
            return Report("another activation of the campaign drives the run");
        }

        while (!progress.IsDone && trouble.Length == 0)
        {
            if (progress.Page.IsEmpty)
            {
                if (limit <= 0 || clock.GetElapsedTime(begun) >= MaxWork)
                {
                    break;
                }

                var page = await NextPage(order, progress.Cursor, Math.Min(limit, MaxPage));
                limit -= page.CustomerIds.Length;
                unreadable = page.Unreadable ?? unreadable;

                // With it the counts of the page before are kept.
                progress = progress.Begin(page.CustomerIds, page.Next, page.IsLast) with { Driver = order.Driver };
                await Commit(progress, unreadable);
            }

            var (turns, isInVain, why) = await Ask(order, progress.Page);
            progress = await Keep(progress.Settle(turns, isInVain, MaxTries, NowMs, out var settled), settled);
            trouble = progress.Page.IsEmpty ? "" : why;
            opensAtMs = trouble.Length > 0 ? OpensAt(turns) : 0;
        }

        await Commit(progress, unreadable);
        return Report(trouble) with { PauseMs = Math.Clamp(opensAtMs - NowMs, 0, MaxPauseMs) };
    }

    public async ValueTask<PartitionReport> Look(long driver)
    {
        if (driver > stored.State.Progress.Driver && await MayBegin(driver))
        {
            await Commit(stored.State.Progress with { Driver = driver }, stored.State.Unreadable);
        }

        return Report("");
    }

    public async ValueTask<PartitionReport> Close(long driver, bool givesUp)
    {
        var progress = stored.State.Progress;
        if (stored.RecordExists && !progress.IsDone && driver >= progress.Driver)
        {
            var had = await Contacted(progress.Page, givesUp);
            await Commit(await Keep(progress.Close(had) with { Driver = driver }, had), stored.State.Unreadable);
        }

        return Report("");
    }

    public async ValueTask<bool> LeaveOut(string customerId)
    {
        var (progress, unreadable) = (stored.State.Progress, stored.State.Unreadable);
        if (!progress.Page.Contains(customerId) && !unreadable.CustomerIds.Contains(customerId))
        {
            return false;
        }

        await stored.CommitAsync(
            new CampaignPartitionState
            {
                Progress = progress with { Page = progress.Page.Remove(customerId) },
                Unreadable = unreadable with { CustomerIds = unreadable.CustomerIds.Remove(customerId) },
            },
            GrainContext);
        return true;
    }

    public async ValueTask Forget()
    {
        await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    // An order of a driver that was replaced may come after the run, whose parts are gone: it makes no new ones.
    private async ValueTask<bool> MayBegin(long driver)
    {
        if (stored.RecordExists)
        {
            return true;
        }

        var (campaignId, run, _) = ICampaignPartitionGrain.ParseKey(this.GetPrimaryKeyString());
        try
        {
            return await GrainFactory.GetGrain<ICampaignGrain>(campaignId).Drives(run, driver);
        }
        catch (Exception)
        {
            // It cannot be asked, or its silo is older and does not know: at worst a row is left.
            return true;
        }
    }

    // Before they are counted: after a crash the same customers are asked again, and what is there of them is brought up to date. Another
    // activation, of which this one does not know, may do the same: neither takes away what the other has written.
    private async ValueTask<PartitionProgress> Keep(PartitionProgress progress, List<CampaignEvaluation> settled)
    {
        if (stores is null || settled.Count == 0)
        {
            return progress;
        }

        IReadOnlyList<CampaignEvaluation> page = settled;
        var (campaignId, run, bucket) = ICampaignPartitionGrain.ParseKey(this.GetPrimaryKeyString());
        for (byte[]? before = null; await stores.Evaluations.ReplaceAsync(new(campaignId, run, (short)bucket, progress.Kept, EvaluationPage.ToBytes(page)), before) is { } there; before = there)
        {
            page = EvaluationPage.Merged(EvaluationPage.FromBytes(there), page);
        }

        return progress with { Kept = progress.Kept + 1 };
    }

    private ValueTask<MemberPage> NextPage(PartitionWork order, string cursor, int size) =>
        GrainFactory.GetGrain<IBucketGrain>(order.Bucket)
            .Members(order.Question with { NowMs = NowMs }, cursor, size);

    private async Task<(CampaignEvaluation?[] Turns, bool IsInVain, string Trouble)> Ask(
        PartitionWork order, ImmutableArray<string> customers)
    {
        // All are asked before the first answer is awaited.
        var asked = customers.Select(id => Evaluate(order, id)).ToArray();
        var (turns, isInVain, trouble) = (new CampaignEvaluation?[asked.Length], false, "");
        for (var i = 0; i < asked.Length; i++)
        {
            try
            {
                turns[i] = await asked[i];
                trouble = turns[i]!.Value.Kind.Outcome == EvaluationOutcome.NotNow
                    ? "outside the send window, in quiet hours, stopped, or after the end"
                    : trouble;
            }
            catch (Exception fault)
            {
                isInVain |= !fault.IsTransient();
                trouble = fault.Message;
            }
        }

        return (turns, isInVain, trouble);
    }

    // One customer of a page may answer seconds before another whose silo has ended: each has a time of its own.
    private async Task<CampaignEvaluation> Evaluate(PartitionWork order, string customerId)
    {
        var result = await GrainFactory.Customer(customerId).ContactForCampaign(order.Campaign, order.Run);
        return new(customerId, result, NowMs);
    }

    // What a silo had under way when it died: contacts may be committed that nobody has counted.
    private async Task<List<CampaignEvaluation>> Contacted(ImmutableArray<string> customers, bool givesUp)
    {
        var (campaignId, run, _) = ICampaignPartitionGrain.ParseKey(this.GetPrimaryKeyString());
        var asked = customers.Select(id => GrainFactory.Customer(id).FindTurn(campaignId, run)).ToArray();
        var had = new List<CampaignEvaluation>();
        for (var i = 0; i < asked.Length; i++)
        {
            try
            {
                if (await asked[i] is { } turn)
                {
                    had.Add(new(customers[i], turn, NowMs));
                }
            }
            catch (Exception fault) when (givesUp || !fault.IsTransient())
            {
                had.Add(new(customers[i], ContactResult.From(EvaluationOutcome.Failed), NowMs));
            }
        }

        return had;
    }

    // When the first of those who have to wait may be asked again; 0 when one of them could not be asked, or does not know.
    private static long OpensAt(CampaignEvaluation?[] turns) =>
        turns.Any(static turn => turn is null)
            ? 0
            : turns.Where(static turn => turn!.Value.Kind.Outcome == EvaluationOutcome.NotNow).Min(static turn => turn!.Value.Kind.OpensAtMs);

    private Task Commit(PartitionProgress progress, UnreadableCustomers unreadable) => progress == stored.State.Progress
        ? Task.CompletedTask
        : stored.CommitAsync(new CampaignPartitionState { Progress = progress, Unreadable = unreadable }, GrainContext);

    private PartitionReport Report(string trouble)
    {
        var progress = stored.State.Progress;
        return new(progress.Counts, progress.IsDone, progress.Page.Length, trouble) { Unreadable = stored.State.Unreadable };
    }
}

/// <summary>What is kept of a part.</summary>
[GenerateSerializer, Alias("zhice.campaign-part-state")]
internal sealed class CampaignPartitionState
{
    [Id(0)]
    public PartitionProgress Progress { get; init; } = PartitionProgress.None;

    /// <summary>Customers of the bucket whose states could not be read when the last page was taken.</summary>
    [Id(1)]
    public UnreadableCustomers Unreadable { get; init; } = UnreadableCustomers.None;
}
