using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Audit;
using Zhice.Domain.Measurement.Facts;
using Zhice.Grains.Measurement;

namespace Zhice.Grains.Tests.Measurement;

/// <summary>Arms that are promoted without a person, where that is allowed.</summary>
public sealed class PromotionTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact]
    public async Task The_arm_of_an_experiment_that_wins_is_promoted_once_by_a_change_that_can_be_taken_back()
    {
        var definition = MemoryGrid.Definition();
        definition.ExperimentLayers.Add(new V1.ExperimentLayer
        {
            LayerId = "tones",
            Experiments =
            {
                Experiment("asked", new() { OutcomeId = "deposit_opened" }), Experiment("unasked", null),
                Experiment("broken", new() { OutcomeId = "deposit_opened" }),
            },
        });
        await ApplyAsync(new() { Definition = definition.ToByteArray() });
        var version = grid.Catalog.Version;
        await AppendAsync("experiment:unasked", FactKind.Exposed, (2_000, 200), (2_000, 600));
        await AppendAsync("experiment:broken", FactKind.Exposed, (2_000, 200), (3_000, 900));
        var promotion = grid.Services.GetRequiredService<ExperimentPromotion>();
        await promotion.LookAsync();
        Assert.Equal(version, (await FindAsync()).Version.Version);

        await AppendAsync("experiment:asked", FactKind.Exposed, (2_000, 200), (2_000, 600));
        await Task.WhenAll(promotion.LookAsync(), promotion.LookAsync());
        var promoted = await FindAsync();
        Assert.Equal((version + 1, "system"), (promoted.Version.Version, promoted.Version.Author));
        Assert.Equal(["warm", "", ""], Experiments(promoted).Select(static each => each.PromotedArmId));
        Assert.Contains("'warm'", promoted.Version.Comment, StringComparison.Ordinal);

        await ApplyAsync(new() { RollbackTo = version });
        Assert.Equal(["", "", ""], Experiments(await FindAsync()).Select(static each => each.PromotedArmId));

        // What was taken back is not promoted again, and the audit has the promotion once.
        await promotion.LookAsync();
        Assert.Equal(version + 2, (await FindAsync()).Version.Version);
        Assert.Single(await AuditAsync(version + 1));
    }

    [Fact]
    public async Task A_promotion_that_a_silo_could_not_record_before_it_was_killed_is_recorded_by_the_next_look()
    {
        var before = await FindAsync();
        var change = new CatalogChange
        {
            Definition = before.Definition, Etag = before.Version.Etag, Author = "system", Comment = "Experiment 'gone': it won.",
            RequestId = $"promote-gone-warm-{before.Version.Version}",
        };
        await ApplyAsync(change);
        await ApplyAsync(change);
        var version = (await FindAsync()).Version.Version;
        Assert.Equal(before.Version.Version + 1, version);
        Assert.Empty(await AuditAsync(version));

        var promotion = grid.Services.GetRequiredService<ExperimentPromotion>();
        await Task.WhenAll(promotion.LookAsync(), promotion.LookAsync());
        Assert.Equal((change.RequestId, "OK"), (await AuditAsync(version)).Select(static each => (each.RequestId, each.Outcome)).Single());
    }

    [Fact]
    public async Task The_arm_of_a_campaign_that_wins_gets_all_remaining_customers_and_keeps_them_after_a_restart()
    {
        await AppendAsync("winning", FactKind.Contacted, (2_000, 200), (2_000, 600));
        var campaign = await grid.StartAsync(Campaign("winning", new() { OutcomeId = "deposit_opened" }));
        var found = await MemoryGrid.UntilAsync(campaign, static known => known.Definition.Order.PromotedArm.Length > 0);
        Assert.Equal("warm", found.Definition.Order.PromotedArm);
        Assert.Contains(found.Log, static entry => entry.Text.StartsWith("promoted arm 'warm'", StringComparison.Ordinal));

        await campaign.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        Assert.Equal("warm", (await campaign.Find())!.Definition.Order.PromotedArm);
    }

    [Fact]
    public async Task A_campaign_whose_arms_are_out_of_their_ratio_promotes_none()
    {
        await AppendAsync("uneven", FactKind.Contacted, (2_000, 200), (3_000, 900));
        var campaign = await grid.StartAsync(Campaign("uneven", new() { OutcomeId = "deposit_opened" }));
        var found = await MemoryGrid.UntilAsync(campaign, static known => known.IsPromotionOff);
        Assert.Equal("", found.Definition.Order.PromotedArm);
    }

    private async Task<AuditEntry[]> AuditAsync(long version) =>
    [
        .. (await grid.Store.Audit.ListAsync(new() { Actor = "system", TargetId = $"{version}" }, long.MaxValue, 100))
            .Select(static link => AuditEntryCodec.Read(link.Content)).Where(static entry => entry.Stage == AuditStage.Done),
    ];

    private static V1.Experiment Experiment(string id, V1.WinnerPromotion? promotion) => new()
    {
        ExperimentId = id, Share = 0.2, Arms = { new V1.Arm { ArmId = "plain" }, new V1.Arm { ArmId = "warm" } }, Promotion = promotion,
    };

    private static V1.Campaign Campaign(string id, V1.WinnerPromotion promotion) => new()
    {
        CampaignId = id, DisplayName = id, Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" },
        Trigger = new() { EventTypeId = "visit" }, Promotion = promotion,
        Arms =
        {
            new V1.CampaignArm { ArmId = "plain", Weight = 1, TreatmentId = "plain" },
            new V1.CampaignArm { ArmId = "warm", Weight = 1, TreatmentId = "plain" },
        },
    };

    private static IEnumerable<V1.Experiment> Experiments(CatalogDocument document) =>
        V1.Catalog.Parser.ParseFrom(document.Definition).ExperimentLayers.SelectMany(static layer => layer.Experiments);

    private async Task<CatalogDocument> FindAsync() => (await grid.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(0))!;

    private async Task ApplyAsync(CatalogChange change)
    {
        var answer = await grid.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Apply(change);
        Assert.Equal((CatalogOutcome.Applied, 0), (answer.Outcome, answer.Faults.Length));
        await grid.Services.GetRequiredService<ICatalogs>().WaitForAsync(answer.Version!.Version, TestContext.Current.CancellationToken);
    }

    // As if so many customers had been there.
    private async Task AppendAsync(string campaign, FactKind kind, (int All, int Converted) plain, (int All, int Converted) warm)
    {
        var outcome = grid.Catalog.Outcomes.Single().Number;
        foreach (var (arm, counts) in new[] { ("plain", plain), ("warm", warm) })
        {
            var group = new FactGroup { Campaign = campaign, Arm = arm };
            await grid.Store.Facts.AppendAsync(
                Guid.NewGuid(),
                [
                    .. Enumerable.Range(0, counts.All).Select(i => Fact.Of(kind, $"k{i}", 1, 20_000, group) with { CustomerId = $"{campaign}{arm}{i}" }),
                    .. Enumerable.Range(0, counts.Converted).Select(i => Fact.Of(FactKind.Converted, $"e{i}", 1, 20_000, group) with
                    {
                        CustomerId = $"{campaign}{arm}{i}", Code = outcome, About = $"k{i}",
                    }),
                ]);
        }
    }
}
