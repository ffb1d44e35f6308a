using Microsoft.IdentityModel.JsonWebTokens;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>A second identity provider, which is not ours either, and new keys of it.</summary>
public sealed class OidcProviderTests
{
    [Fact]
    public async Task Its_tokens_are_accepted_also_when_it_changes_its_keys_and_the_first_with_a_new_key_too()
    {
        using var folder = new DataFolder();
        await using var provider = await OidcProvider.StartAsync();
        await using var silo = await SiloProcess.StartAsync(folder.Path, [
            "--Zhice:Store=memory", "--Zhice:Sample=false", $"--Zhice:Identity:Authority={provider.Address}",
            "--Zhice:Identity:Audience=zhice",
            "--Zhice:Identity:NameClaim=preferred_username", "--Zhice:Identity:KeyRefreshPause=00:00:00.1",
        ]);
        var before = await provider.AskAsync("li:operator");
        var applied = await silo.Catalog.ApplyCatalogAsync(
            new() { Catalog = SmallCatalog.Create(), RequestId = "small" }, SecuredSilo.With(before));
        Assert.Equal("li", applied.Version.Author);

        await provider.RotateAsync();
        var after = await provider.AskAsync("app:app");

        Assert.NotEqual(new JsonWebToken(before).Kid, new JsonWebToken(after).Kid);
        Assert.NotEmpty(
            (
                await silo.Recommendations.RecommendAsync(
                    new() { CustomerId = "c1", PlacementId = "app_home" }, SecuredSilo.With(after))).DecisionId);
        await silo.Campaigns.ListCampaignsAsync(new(), SecuredSilo.With(before));
    }
}
