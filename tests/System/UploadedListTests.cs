using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>A do-not-contact list of ids, on two silos of which one is killed.</summary>
public sealed class UploadedListTests
{
    [Fact]
    public async Task A_list_of_ids_binds_on_every_silo_and_on_one_that_starts_again_from_its_first_answer_on()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(
            2, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        await UploadAsync(cluster[0], "listed");
        var catalog = SmallCatalog.Create();
        catalog.ContactPolicy = new() { DoNotContact = { new DoNotContactList { ListId = "regulator", AudienceId = "dnc" } } };
        await cluster[0].Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "naming" });
        await ClusterProcesses.UntilAsync(async () => !await IsOfferedAsync(cluster[1], "listed"));
        Assert.True(await IsOfferedAsync(cluster[1], "free"));

        await UploadAsync(cluster[0], "listed", "listed-later");
        Assert.False(await IsOfferedAsync(cluster[1], "listed-later"));
        await cluster.KillAsync(1);
        await cluster.StartAgainAsync(1);

        foreach (var silo in cluster.Silos.Reverse())
        {
            Assert.Equal(
                (false, false, true),
                (await IsOfferedAsync(silo, "listed"), await IsOfferedAsync(silo, "listed-later"), await IsOfferedAsync(silo, "free")));
        }
    }

    private static async Task UploadAsync(SiloProcess silo, params string[] ids)
    {
        using var upload = silo.Audiences.UploadAudience();
        await upload.RequestStream.WriteAsync(
            new() { Audience = new() { AudienceId = "dnc", DisplayName = "Regulator" }, CustomerIds = { ids } });
        await upload.RequestStream.CompleteAsync();
        Assert.Equal(ids.Length, (await upload).Audience.Listed);
    }

    private static async Task<bool> IsOfferedAsync(SiloProcess silo, string customer) => (await silo.Recommendations.RecommendAsync(
        new RecommendRequest { CustomerId = customer, PlacementId = "app_home", Limit = 5 })).Recommendations.Any(static offer => offer.ActionId == "deposit");
}
