using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Contacts;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Campaigns;

/// <summary>
/// The campaigns that events trigger, as this silo knows them within a second; and what they did here, told to them each
/// second, with the evaluations behind the figures. A silo that is killed loses that last second of both, no contact.
/// </summary>
internal sealed class CampaignTriggers(
    IGrainFactory grains, ICatalogs catalogs, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<CampaignTriggers> log,
    IStores? stores = null)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _counting = new();
    private Dictionary<string, RunCounts> _counts = [];
    private TriggerEvaluations _evaluations = new();
    private FrozenDictionary<string, ImmutableArray<CampaignSpec>> _byEventType = FrozenDictionary<string, ImmutableArray<CampaignSpec>>.Empty;

    /// <summary>Whether any campaign is triggered at all.</summary>
    public bool IsAny => Volatile.Read(ref _byEventType).Count > 0;

    /// <summary>What a kind of event triggers.</summary>
    public ImmutableArray<CampaignSpec> Find(ushort eventType)
    {
        var (byEventType, catalog) = (Volatile.Read(ref _byEventType), catalogs.Current);
        return byEventType.Count > 0 && catalog.Symbols.FindName(Domain.Primitives.SymbolKind.EventType, eventType) is { } name
            && byEventType.TryGetValue(name, out var orders) ? orders : [];
    }

    /// <summary>Counts what came of a trigger, and keeps it as the customer's evaluation.</summary>
    public void Count(string campaignId, string customerId, ContactResult kind, long atMs)
    {
        lock (_counting)
        {
            _counts[campaignId] = _counts.GetValueOrDefault(campaignId, RunCounts.None).With(kind);
            _evaluations.Add(campaignId, new(customerId, kind, atMs));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await Task.WhenAll(FollowAsync(stopping.Token), ReportAsync(stopping.Token));
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        var (epoch, sequence) = (Guid.Empty, 0L);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var news = await grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).WaitForTriggers(epoch, sequence, stopping);
                (epoch, sequence) = (news.Epoch, news.Sequence);
                Volatile.Write(ref _byEventType, news.Orders.GroupBy(static order => order.TriggerEventType).ToFrozenDictionary(
                    static group => group.Key, static group => group.ToImmutableArray()));
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                GrainsLog.CampaignWatchFailed(log, fault);
                await Task.Delay(Pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // What the store does not take now it is given again; that of one campaign keeps none of another's.
    private async Task KeepAsync(TriggerEvaluations evaluations)
    {
        foreach (var ofOne in stores is null ? [] : evaluations.ByCampaign())
        {
            try
            {
                await ofOne.WriteAsync(stores!.Evaluations, clock.GetUtcNow().ToUnixTimeMilliseconds());
            }
            catch (Exception fault)
            {
                GrainsLog.CampaignWatchFailed(log, fault);
                lock (_counting)
                {
                    _evaluations.AddAll(ofOne);
                }
            }
        }
    }

    // It never throws.
    private async Task ReportAsync(string campaignId, RunCounts counted)
    {
        try
        {
            await grains.GetGrain<ICampaignGrain>(campaignId).Count(counted);
        }
        catch (Exception fault)
        {
            GrainsLog.CampaignWatchFailed(log, fault);
            CountAgain(campaignId, counted);
        }
    }

    private void CountAgain(string campaignId, RunCounts counted)
    {
        lock (_counting)
        {
            _counts[campaignId] = _counts.GetValueOrDefault(campaignId, RunCounts.None).With(counted);
        }
    }

    private async Task ReportAsync(CancellationToken stopping)
    {
        var telling = new Dictionary<string, Task>(StringComparer.Ordinal);
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(Pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Dictionary<string, RunCounts> counts;
            TriggerEvaluations evaluations;
            lock (_counting)
            {
                (counts, _counts) = (_counts, []);
                (evaluations, _evaluations) = (_evaluations, new());
            }

            await KeepAsync(evaluations);

            // One that is slow to answer is told again once it has; the others are told meanwhile.
            foreach (var (campaignId, counted) in counts)
            {
                if (telling.GetValueOrDefault(campaignId) is { IsCompleted: false })
                {
                    CountAgain(campaignId, counted);
                }
                else
                {
                    telling[campaignId] = ReportAsync(campaignId, counted);
                }
            }
        }

        await Task.WhenAll(telling.Values);
    }
}
