using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>What pages ask for in addition to programs: texts to edit, versions to compare, tasks to do, rates to watch.</summary>
[Collection("small bank")]
public sealed class EditorTests(SmallBank bank)
{
    private readonly SiloProcess _silo = bank.Silo;

    [Fact]
    public async Task An_edited_text_of_the_catalogue_tells_its_faults_at_their_place_and_what_it_changes()
    {
        var read = await _silo.Catalog.GetCatalogTextAsync(new() { Part = "actions", Id = "fund" });
        var wrong = await CheckAsync(read.Text.Replace("action_id: fund", "action_id: Fund!", StringComparison.Ordinal));
        Assert.Equal((2, "actions"), (wrong.Faults[0].Line, wrong.Faults[0].Path[..7]));
        var unreadable = await CheckAsync("actions:\n  - nonsense: 1\n");
        Assert.Equal(2, Assert.Single(unreadable.Faults).Line);
        Assert.Null(unreadable.Catalog);

        var sound = await CheckAsync(read.Text + "  lever: 1.5\n");
        Assert.Empty(sound.Faults);
        Assert.Equal("actions[fund].lever", Assert.Single(sound.Differences).Path);
        Assert.Equal(read.Etag, sound.BaseEtag);

        var both = await _silo.Catalog.CheckCatalogTextAsync(new()
        {
            Part = "actions", Id = "fund", Text = read.Text + "  lever: 1.5\n",
            Earlier = { new CatalogTextEdit { Part = "placements", Id = "+", Text = "placements:\n  - {placement_id: kiosk, channel_id: app}\n" } },
        });
        Assert.Empty(both.Faults);
        Assert.Contains(both.Differences, static each => each.Path.StartsWith("placements[kiosk]", StringComparison.Ordinal));
        Assert.Contains(both.Differences, static each => each.Path == "actions[fund].lever");
        var spoilt = await _silo.Catalog.CheckCatalogTextAsync(new()
        {
            Part = "actions", Id = "fund", Text = read.Text, Earlier = { new CatalogTextEdit { Part = "tags", Id = "+", Text = "nonsense" } },
        });
        Assert.Contains("earlier edit of tags", Assert.Single(spoilt.Faults).Description, StringComparison.Ordinal);

        var missing = await Assert.ThrowsAsync<RpcException>(async () => await _silo.Catalog.GetCatalogTextAsync(new() { Part = "actions", Id = "none" }));
        Assert.Equal(StatusCode.NotFound, missing.StatusCode);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await _silo.Catalog.GetCatalogTextAsync(new() { Part = "action" }));
        Assert.Contains("did you mean 'actions'?", unknown.Status.Detail, StringComparison.Ordinal);

        async Task<CheckCatalogTextResponse> CheckAsync(string text) =>
            await _silo.Catalog.CheckCatalogTextAsync(new() { Part = "actions", Id = "fund", Text = text });
    }

    [Fact]
    public async Task Each_version_of_an_audience_is_kept_also_when_it_was_deleted()
    {
        foreach (var expression in new[] { "tags.age >= 30", "tags.age >= 40", "tags.age >= 50" })
        {
            await _silo.Audiences.SaveAudienceAsync(new() { Audience = new() { AudienceId = "versions", DisplayName = "v", Expression = expression } });
        }

        var versions = (await _silo.Audiences.ListAudienceVersionsAsync(new() { AudienceId = "versions" })).Versions;
        Assert.Equal(["tags.age >= 50", "tags.age >= 40", "tags.age >= 30"], versions.Select(static each => each.Expression));
        Assert.Equal([3L, 2, 1], versions.Select(static each => each.Version));

        await _silo.Audiences.DeleteAudienceAsync(new() { AudienceId = "versions" });
        Assert.Equal(2, (await _silo.Audiences.ListAudienceVersionsAsync(new() { AudienceId = "versions" })).Versions.Count);
        var none = await Assert.ThrowsAsync<RpcException>(async () => await _silo.Audiences.ListAudienceVersionsAsync(new() { AudienceId = "never" }));
        Assert.Equal(StatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_hand_off_waits_in_the_list_of_its_channel_with_what_to_say_until_the_customer_answered()
    {
        await _silo.Customers.UpdateTagsAsync(new()
        {
            CustomerId = "worklist", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 50 } } },
        });
        var hold = (await _silo.HandOffs.HandOffAsync(new()
        {
            CustomerId = "worklist", ActionId = "fund", PlacementId = "sms_text", Owner = "desk_1", Kind = "call_back", Note = "asked for it", RequestId = "w1",
            DueTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow + TimeSpan.FromHours(3)),
        })).Hold;

        var task = Assert.Single(await ListAsync("desk_1"));
        Assert.Equal((hold.HoldId, "worklist", "fund", "call_back", "asked for it"), (task.HoldId, task.CustomerId, task.ActionId, task.Kind, task.Note));
        Assert.NotNull(task.Talk);
        Assert.Empty(await ListAsync("desk_2"));

        await _silo.HandOffs.EndHoldAsync(new() { CustomerId = "worklist", HoldId = hold.HoldId, Outcome = HoldOutcome.Accepted });
        Assert.Empty(await ListAsync("desk_1"));

        async Task<IEnumerable<WaitingHandOff>> ListAsync(string owner) =>
            (await _silo.HandOffs.ListHandOffsAsync(new() { ChannelId = "sms", Owner = owner })).HandOffs;
    }

    [Fact]
    public async Task Recommendations_are_counted_while_somebody_asks_how_many_there_are()
    {
        var system = new SystemService.SystemServiceClient(_silo.Channel);
        await system.GetCallRatesAsync(new());
        for (var n = 0; n < 20; n++)
        {
            await _silo.Recommendations.RecommendAsync(new() { CustomerId = "rates", PlacementId = "app_home", DryRun = true });
        }

        var rates = await system.GetCallRatesAsync(new());
        Assert.True(rates.Seconds > 0);
        Assert.True(rates.DecisionsPerSecond > 0, $"{rates}");
        Assert.True(rates.CallsPerSecond >= rates.DecisionsPerSecond);
        Assert.True(rates.P99Duration.ToTimeSpan() >= rates.MedianDuration.ToTimeSpan());
    }

    [Fact]
    public async Task Commits_are_measured_while_somebody_asks_how_long_they_take_and_what_waits()
    {
        var system = new SystemService.SystemServiceClient(_silo.Channel);
        await system.GetStoreRatesAsync(new());
        await _silo.Customers.UpdateTagsAsync(new()
        {
            CustomerId = "stored", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 50 } } },
        });

        var rates = await system.GetStoreRatesAsync(new());
        Assert.True(rates.Seconds > 0);
        Assert.True(rates.CommitsPerSecond > 0, $"{rates}");
        Assert.True(rates.P99Duration.ToTimeSpan() >= rates.MedianDuration.ToTimeSpan());
        Assert.Equal(["exposures", "facts", "lessons", "threads", "writes"], rates.Queues.Select(static each => each.Queue));
    }
}
