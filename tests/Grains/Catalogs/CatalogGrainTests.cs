using Google.Protobuf;
using Zhice.Catalogs;
using Zhice.Contracts.Catalogs;

namespace Zhice.Grains.Tests.Catalogs;

[Collection("grid")]
public sealed class CatalogGrainTests(Grid grid)
{
    private readonly ICatalogGrain _keeper = grid.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    [Fact]
    public async Task Every_silo_swaps_to_a_new_version_and_a_rollback_is_a_new_version()
    {
        var before = (await _keeper.Find(0))!;
        var changed = SmallCatalog.Create();
        changed.Actions[1].ValueFen = 60_000;

        var applied = await grid.ApplyAsync(changed);
        Assert.All(grid.Catalogs, silo => Assert.Equal(60_000, silo.Current.ActionsById["deposit"].ValueFen));

        var back = await _keeper.Apply(new CatalogChange { RollbackTo = before.Version.Version });
        Assert.Equal(applied.Version + 1, back.Version!.Version);
        await Task.WhenAll(grid.Catalogs.Select(silo => silo.WaitForAsync(back.Version.Version, default)));
        Assert.All(grid.Catalogs, silo => Assert.Equal(50_000, silo.Current.ActionsById["deposit"].ValueFen));
        Assert.Equal(60_000, (await grid.Catalogs.First().FindAsync(applied.Version))!.ActionsById["deposit"].ValueFen);
    }

    [Fact]
    public async Task Names_keep_their_numbers_when_they_go_and_come_back()
    {
        var numbers = grid.Catalogs.First().Current.Symbols.Symbols;
        var fewer = SmallCatalog.Create();
        fewer.Actions.RemoveAt(0);
        await grid.ApplyAsync(fewer);

        await grid.ApplyAsync(SmallCatalog.Create());

        Assert.Equal(numbers.ToArray(), grid.Catalogs.First().Current.Symbols.Symbols.ToArray());
    }

    [Fact]
    public async Task A_repeated_request_applies_once_and_its_id_is_bound_to_its_body()
    {
        var change = new CatalogChange { Definition = SmallCatalog.Create().ToByteArray(), RequestId = "apply-once" };
        var first = await _keeper.Apply(change);

        var again = await _keeper.Apply(change);
        var other = SmallCatalog.Create();
        other.Actions.RemoveAt(1);
        var reused = await _keeper.Apply(change with { Definition = other.ToByteArray() });

        Assert.Equal(first.Version, again.Version);
        Assert.Equal(CatalogOutcome.RequestIdReused, reused.Outcome);
    }

    [Fact]
    public async Task A_stale_etag_and_a_version_that_is_not_kept_change_nothing()
    {
        var before = (await _keeper.Find(0))!.Version;

        var stale = await _keeper.Apply(new CatalogChange { Definition = SmallCatalog.Create().ToByteArray(), Etag = "0-0" });
        var unknown = await _keeper.Apply(new CatalogChange { RollbackTo = 10_000 });

        Assert.Equal((CatalogOutcome.Stale, CatalogOutcome.NoSuchVersion), (stale.Outcome, unknown.Outcome));
        Assert.Equal(before, (await _keeper.Find(0))!.Version);
    }

    [Fact]
    public async Task A_catalogue_without_much_of_what_is_in_force_is_applied_only_when_it_is_said_to_be_meant()
    {
        await grid.ApplyAsync(SmallCatalog.Create());
        var empty = new CatalogChange { Definition = new V1.Catalog { TimeZone = "Asia/Shanghai" }.ToByteArray() };

        var refused = await _keeper.Apply(empty);
        var looked = await _keeper.Apply(empty with { ValidateOnly = true });

        Assert.Equal(CatalogOutcome.RemovesMuch, refused.Outcome);
        Assert.Contains("2 of 2 placements would be removed: app_home, sms_text.", refused.Warnings);
        Assert.Equal((CatalogOutcome.Applied, refused.Warnings.Length), (looked.Outcome, looked.Warnings.Length));
        Assert.Equal(2, (await _keeper.Find(0))!.Version.ActionCount);

        var fewer = SmallCatalog.Create();
        fewer.Actions.RemoveAt(0);
        Assert.Equal(CatalogOutcome.Applied, (await _keeper.Apply(new CatalogChange { Definition = fewer.ToByteArray() })).Outcome);

        await grid.ApplyAsync(SmallCatalog.Create());
        var none = SmallCatalog.Create();
        none.Actions.Clear();
        var meant = new CatalogChange { Definition = none.ToByteArray(), AllowsRemovals = true };
        Assert.Equal(CatalogOutcome.RemovesMuch, (await _keeper.Apply(meant with { AllowsRemovals = false })).Outcome);
        Assert.Equal(0, (await _keeper.Apply(meant)).Version!.ActionCount);
        await grid.ApplyAsync(SmallCatalog.Create());
    }

    [Fact]
    public void What_is_renamed_does_not_go()
    {
        var renamed = SmallCatalog.Create();
        renamed.Channels.ToList().ForEach(static channel => { channel.Formerly.Add(channel.ChannelId); channel.ChannelId += "_new"; });
        renamed.Placements.ToList().ForEach(static placement => placement.ChannelId += "_new");

        Assert.Empty(CatalogRemovals.Find(SmallCatalog.Create(), renamed));
    }

    [Fact]
    public async Task A_check_alone_names_the_faults_and_changes_nothing()
    {
        var before = (await _keeper.Find(0))!.Version;
        var faulty = SmallCatalog.Create();
        faulty.Actions[0].CategoryId = "welth";

        var bad = await _keeper.Apply(new CatalogChange { Definition = faulty.ToByteArray(), ValidateOnly = true });
        var good = await _keeper.Apply(new CatalogChange { Definition = SmallCatalog.Create().ToByteArray(), ValidateOnly = true });

        Assert.Equal("actions[0].category_id", Assert.Single(bad.Faults).Path);
        Assert.Equal(CatalogOutcome.Applied, good.Outcome);
        Assert.Equal(before, (await _keeper.Find(0))!.Version);
    }
}
