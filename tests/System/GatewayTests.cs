using System.Net;
using Google.Rpc;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>The API before the silos: what its callers see when the silos go and come.</summary>
public sealed class GatewayTests
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Silos_that_are_away_make_a_gateway_say_UNAVAILABLE_with_a_pause_and_it_heals_by_itself()
    {
        using var folder = new DataFolder();
        var ports = ServiceProcess.FreePorts(4);
        await using var gateway = GatewayProcess.Begin($"--Zhice:Silos=127.0.0.1:{ports[3]}");
        await UntilRefusedAsync(gateway);

        await using (var silo = await SiloProcess.StartAsync(folder.Path, ports, "--Zhice:Sample=false"))
        {
            await silo.Catalog.ApplyCatalogAsync(new ApplyCatalogRequest { Catalog = SmallCatalog.Create(), RequestId = "small" });
            await gateway.UntilSmallAsync();
            await ClusterProcesses.UntilAsync(() => IsReadyAsync(gateway));
            await silo.KillAsync();
        }

        await UntilRefusedAsync(gateway);
        await ClusterProcesses.UntilAsync(async () => !await IsReadyAsync(gateway));

        await using var again = await SiloProcess.StartAsync(folder.Path, ports, "--Zhice:Sample=false");
        await gateway.UntilSmallAsync();
        await ClusterProcesses.UntilAsync(() => IsReadyAsync(gateway));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task A_gateway_finds_the_silos_of_a_cluster_and_goes_on_when_one_is_killed()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var cluster = await ClusterProcesses.StartSmallAsync(2, database);
        await using var gateway = await GatewayProcess.StartAsync("--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={database}");
        await gateway.UntilSmallAsync();

        await cluster.KillAsync(0);

        for (var customer = 0; customer < 20; customer++)
        {
            await ClusterProcesses.UntilAsync(
                async () => (await gateway.Recommendations.RecommendAsync(
                    new RecommendRequest { CustomerId = $"c{customer}", PlacementId = "app_home" })).Recommendations.Count > 0);
        }
    }

    [Theory]
    [InlineData("--Zhice:Silo=127.0.0.1:1", "Silos")]
    [InlineData("--Zhice:Silos=nowhere", "ADDRESS:PORT")]
    [InlineData("--Zhice:Store=postgres", "ConnectionStrings:Zhice")]
    public async Task A_wrong_setting_stops_a_gateway_with_a_sentence(string setting, string hint)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(setting));

        Assert.Contains("did not start", refused.Message, StringComparison.Ordinal);
        Assert.Contains(hint, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
    }

    // Refused by the API itself, with the pause; before, while the process starts, the connection fails without one.
    private static Task UntilRefusedAsync(GatewayProcess gateway) => ClusterProcesses.UntilAsync(
        async () =>
        {
            try
            {
                await gateway.Recommendations.RecommendAsync(
                    new RecommendRequest { CustomerId = "c", PlacementId = "app_home" }, deadline: DateTime.UtcNow.AddSeconds(40));
                return false;
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.Unavailable)
            {
                return fault.GetRpcStatus()?.GetDetail<RetryInfo>() is not null;
            }
        });

    private static async Task<bool> IsReadyAsync(GatewayProcess gateway) =>
        (await Http.GetAsync($"{gateway.HttpAddress}/healthz")).StatusCode == HttpStatusCode.OK;
}
