using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>Audiences from outside, on both stores.</summary>
public sealed class AudienceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_count_has_what_was_acknowledged_before_it_and_says_what_is_wrong_with_a_question(bool isOnPostgres)
    {
        using var folder = new DataFolder();
        string[] settings = isOnPostgres
            ? ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()}"]
            : [];
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path, settings);
        for (var n = 0; n < 50; n++)
        {
            await SetAgeAsync(silo, n, n);
        }

        Assert.Equal((20, 50), await CountAsync(silo, "tags.age >= 30"));
        for (var n = 0; n < 20; n++)
        {
            await SetAgeAsync(silo, n, 99);
            Assert.Equal(21 + n, (await CountAsync(silo, "tags.age >= 30")).Customers);
        }

        await SetAgeAsync(silo, 50, 40);
        Assert.Equal((51, 51), await CountAsync(silo, "true"));
        Assert.Equal(0, (await CountAsync(silo, "tags.logins > 0")).Customers);
        await silo.Events.RecordEventsAsync(
            new RecordEventsRequest { Events = { new Event { EventId = "e", CustomerId = "c3", EventTypeId = "login" } } });
        Assert.Equal(1, (await CountAsync(silo, "tags.logins > 0")).Customers);

        var fault = await Assert.ThrowsAsync<RpcException>(() => CountAsync(silo, "tags.agee > 3"));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Contains("did you mean 'age'?", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_that_the_catalogue_gets_later_is_counted_as_the_others_are()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await SetAgeAsync(silo, 1, 30);
        Assert.Equal(1, (await CountAsync(silo, "tags.age >= 30")).Customers);

        var catalog = TestBank.SmallCatalog.Create();
        catalog.Tags.Add(new TagDefinition { TagId = "height", DisplayName = "Height", SubclassId = "basics", Type = TagType.Integer });
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "height" });
        await silo.Customers.UpdateTagsAsync(
            new() { CustomerId = "c1", Changes = { new TagChange { TagId = "height", Set = new Value { IntegerValue = 170 } } } });
        Assert.Equal((1, 1), await CountAsync(silo, "tags.height == 170"));
    }

    [Fact, Trait("Category", "Quick")]
    public async Task Audiences_are_saved_listed_broken_down_and_overlap()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        for (var n = 0; n < 40; n++)
        {
            await SetAgeAsync(silo, n, n);
        }

        var saved = (await silo.Audiences.SaveAudienceAsync(new() { Audience = new() { AudienceId = "grown", Expression = "tags.age >= 18" } }, By.Li)).Audience;
        var stale = await Assert.ThrowsAsync<RpcException>(async () => await silo.Audiences.SaveAudienceAsync(
            new() { Audience = new() { AudienceId = "grown", Expression = "tags.age >= 21" }, Etag = "other" }, By.Person("wu")));
        Assert.Equal((StatusCode.Aborted, 1), (stale.StatusCode, saved.Version));

        using (var upload = silo.Audiences.UploadAudience())
        {
            await upload.RequestStream.WriteAsync(
                new() { Audience = new() { AudienceId = "invited" }, CustomerIds = { "c10", "c20", "c30", "c20", "nobody" } });
            await upload.RequestStream.CompleteAsync();
            var list = await upload;
            Assert.Equal(4, list.Audience.Listed);
            Assert.Equal((1, "nobody"), (list.UnknownCustomers, Assert.Single(list.UnknownCustomerIds)));
        }

        await silo.Audiences.SaveAudienceAsync(new() { Audience = new() { AudienceId = "mistaken", Expression = "true" } }, By.Li);
        await Assert.ThrowsAsync<RpcException>(async () =>
            await silo.Audiences.DeleteAudienceAsync(new() { AudienceId = "mistaken", Etag = "other" }));
        await silo.Audiences.DeleteAudienceAsync(new() { AudienceId = "mistaken" });
        var gone = await Assert.ThrowsAsync<RpcException>(async () =>
            await silo.Audiences.DeleteAudienceAsync(new() { AudienceId = "mistaken" }));
        Assert.Equal(StatusCode.NotFound, gone.StatusCode);
        Assert.Equal(
            2,
            (
                await silo.Audiences.SaveAudienceAsync(
                    new() { Audience = new() { AudienceId = "mistaken", Expression = "true" } }, By.Li)).Audience.Version);
        await silo.Audiences.DeleteAudienceAsync(new() { AudienceId = "mistaken" });

        var (grown, invited) = (new AudienceRef { AudienceId = "grown" }, new AudienceRef { AudienceId = "invited" });
        var overlap = await silo.Audiences.OverlapAudiencesAsync(
            new() { Audiences = { grown, invited, new AudienceRef { Expression = "tags.age < 25" } } });
        Assert.Equal([22, 3, 25], overlap.Customers);
        Assert.Equal([2, 7, 2], overlap.Pairs.Select(static pair => pair.Customers));
        Assert.Equal(1, overlap.All);

        using var members = silo.Audiences.StreamMembers(
            new() { Audience = new() { AudienceId = "invited", Expression = "tags.age > 10" } });
        var ids = new List<string>();
        while (await members.ResponseStream.MoveNext(default))
        {
            ids.AddRange(members.ResponseStream.Current.CustomerIds);
        }

        Assert.Equal(["c20", "c30"], ids.Order());
        var bars = (await silo.Audiences.BreakDownAudienceAsync(new() { Audience = grown, TagId = "age", Limit = 2 })).Bars;
        Assert.Equal([("18", "28", 11L), ("29", "39", 11L)], bars.Select(static bar => (bar.Value, bar.Until, bar.Customers)));
        Assert.Equal(
            ["grown", "invited"], (await silo.Audiences.ListAudiencesAsync(new())).Audiences.Select(static each => each.AudienceId));
    }

    [Fact]
    public async Task A_silo_that_dies_takes_no_bucket_with_it()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(
            2, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        for (var n = 0; n < 40; n++)
        {
            await SetAgeAsync(cluster[n % 2], n, n);
        }

        await ClusterProcesses.UntilAsync(async () => await CountAsync(cluster[0], "tags.age >= 30") == (10, 40));
        await cluster.KillAsync(1);

        await ClusterProcesses.UntilAsync(async () => await CountAsync(cluster[0], "tags.age >= 30") == (10, 40));
    }

    private static async Task SetAgeAsync(SiloProcess silo, int customer, int age) => await silo.Customers.UpdateTagsAsync(
        new UpdateTagsRequest { CustomerId = $"c{customer}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = age } } } });

    private static async Task<(long Customers, long Total)> CountAsync(SiloProcess silo, string expression)
    {
        var answer = await silo.Audiences.CountAudienceAsync(new() { Audience = new() { Expression = expression } });
        return (answer.Customers, answer.Total);
    }
}
