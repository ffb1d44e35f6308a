using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Learning;
using Zhice.Domain.Campaigns;
using Zhice.Grains.Campaigns;
using Zhice.Grains.Learning;
using Zhice.Grains.Spreading;
using Zhice.Grains.Tests.Audiences;

namespace Zhice.Grains.Tests.Campaigns;

/// <summary>How what belongs to a campaign spreads over silos that join, and goes on without one that dies.</summary>
public sealed class CampaignSpreadingTests : IAsyncLifetime
{
    private readonly AudienceGrid _grid = new();

    public ValueTask InitializeAsync() => _grid.InitializeAsync();

    public ValueTask DisposeAsync() => _grid.DisposeAsync();

    [Fact(Timeout = 480_000)]
    public async Task A_run_begun_right_after_an_import_spreads_over_silos_that_join_outlives_one_and_asks_everybody_once()
    {
        const int Known = 500, Imported = 2_500;
        await _grid.WriteAsync("known", Known);
        Assert.Equal(Known, await _grid.CountAsync());

        // As an import does it: past the index, and whoever wrote says so.
        await _grid.WriteAsync("imported", Imported);
        foreach (var customer in Enumerable.Range(0, Imported))
        {
            _grid.Doubt(Encoding.UTF8.GetBytes($"imported{customer}"));
        }

        var campaign = await StartAsync(new V1.Campaign
        {
            CampaignId = "spread", DisplayName = "Spread", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" },
            OneOff = new(), ContactsPerSecond = 120,
        });
        await UntilAsync(campaign, static silos => silos[0] == Parts);

        await _grid.Cluster.StartSilosAsync(2);
        await UntilAsync(campaign, static silos => silos.All(static held => held is Parts / 3 or (Parts / 3) + 1));
        await MovesToItsSiloAsync(campaign);

        await _grid.Cluster.KillSiloAsync(_grid.Cluster.Silos[^1]);
        while (await FindAsync(campaign) is not { State: CampaignState.Finished })
        {
        }

        Assert.Equal(
            (Known + Imported, "all had their turn"), ((await campaign.Find())!.Runs[0].Counts.Contacted, (await campaign.Find())!.Note));
        Assert.Equal((Known + Imported, Known + Imported), await SentAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task Learners_spread_over_silos_that_join_and_keep_what_they_learned()
    {
        var actions = Enumerable.Range(0, 60).Select(static n => $"action{n}").ToArray();
        await Task.WhenAll(actions.Select(action => _grid.Grains.GetGrain<ILearnerGrain>(action).SetFrozen(true, "olga").AsTask()));
        Assert.Equal(60, Learners(0));

        await _grid.Cluster.StartSilosAsync(1);
        while (Learners(1) is < 20 or > 40)
        {
            await Task.Yield();
        }

        Assert.All(
            await Task.WhenAll(actions.Select(action => _grid.Grains.GetGrain<ILearnerGrain>(action).Describe().AsTask())),
            static report => Assert.True(report.IsFrozen));
    }

    private const int Parts = 1_024;

    private int Learners(int silo) =>
        SpreadOf(silo).OfType<LearnerGrain>().Count(grain => grain.GetPrimaryKeyString().StartsWith("action", StringComparison.Ordinal));

    private ICollection<SpreadGrain> SpreadOf(int silo) => _grid.Services(silo).GetRequiredService<SpreadGrains>().All;

    // No call to a part fails meanwhile: the run would tell of it.
    private async Task UntilAsync(ICampaignGrain campaign, Func<int[], bool> holds)
    {
        while (!holds(
            [.. Enumerable.Range(0, _grid.Cluster.Silos.Count).Select(silo => SpreadOf(silo).OfType<CampaignPartitionGrain>().Count())]))
        {
            Assert.Equal("", (await campaign.Find())!.Runs.FirstOrDefault()?.WaitingFor ?? "");
        }
    }

    private async Task MovesToItsSiloAsync(ICampaignGrain campaign)
    {
        HashSet<SiloAddress> all = [.. _grid.Cluster.Silos.Select(static silo => silo.SiloAddress)];
        var owner = _grid.Services(0)
            .GetRequiredService<BucketDirector>()
            .FindOwner(BucketAllocation.GetBucket(campaign.GetGrainId()), all);
        var at = _grid.Cluster.Silos.Select(static silo => silo.SiloAddress).ToList().IndexOf(owner);
        while (!SpreadOf(at).OfType<CampaignGrain>().Any())
        {
            Assert.Equal(CampaignState.Running, (await campaign.Find())!.State);
        }
    }

    private async Task<(int Contacts, int Customers)> SentAsync()
    {
        await using var source = NpgsqlDataSource.Create(_grid.Store.ConnectionString);
        await using var command = source.CreateCommand(
            $"SELECT count(*)::int, count(DISTINCT customer_id)::int FROM {_grid.Store.ServiceId}.outbox");
        await using var rows = await command.ExecuteReaderAsync();
        await rows.ReadAsync();
        return (rows.GetInt32(0), rows.GetInt32(1));
    }

    // While its silo is not yet declared dead a call to the campaign may fail.
    private static async Task<CampaignRecord?> FindAsync(ICampaignGrain campaign)
    {
        try
        {
            return await campaign.WaitForNews((await campaign.Find())?.News ?? 0, default);
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException)
        {
            return null;
        }
    }

    private async Task<ICampaignGrain> StartAsync(V1.Campaign campaign)
    {
        var grain = _grid.Grains.GetGrain<ICampaignGrain>(campaign.CampaignId);
        Assert.Equal(CampaignOutcome.Made, (await grain.Save(new(campaign.ToByteArray(), "new", "li", false))).Outcome);
        Assert.Equal(CampaignOutcome.Made, (await grain.Take(CampaignStep.Approve, "wang", "", "")).Outcome);
        Assert.Equal(CampaignOutcome.Made, (await grain.Take(CampaignStep.Schedule, "wang", "", "")).Outcome);
        return grain;
    }
}
