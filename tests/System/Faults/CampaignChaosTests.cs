using System.Globalization;
using Zhice.SystemTests.Faults.Load;
using Zhice.SystemTests.Faults.Consents;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults;

/// <summary>
/// Campaigns over three silos that lose one three times and their database once, while customers refuse and allow, channels are
/// stopped, campaigns are paused, recalled and cancelled: judged by what gateways got, and by what was forbidden when.
/// </summary>
[Collection(FaultTests.Name)]
public sealed class CampaignChaosTests(ITestOutputHelper output)
{
    private const int Silos = 3;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Three_silos_lose_one_three_times_and_the_database_once_and_no_contact_is_lost_doubled_or_against_a_word()
    {
        // tests/Benchmarks/campaign-chaos.sh asks for more.
        var customers = int.Parse(Environment.GetEnvironmentVariable("ZHICE_CAMPAIGN_CUSTOMERS") ?? "1200", CultureInfo.InvariantCulture);
        var isFailover = Environment.GetEnvironmentVariable("ZHICE_CAMPAIGN_FAILOVER") == "1";
        var seed = Seed.Draw(output);
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var database = await server.CreateDatabaseAsync();
        await using var standby = isFailover ? await server.StartStandbyAsync() : null;
        var connection = standby is null ? database : new Npgsql.NpgsqlConnectionStringBuilder(database) { Host = $"127.0.0.1:{server.Port},127.0.0.1:{standby.Port}" }.ConnectionString;
        await using var cluster = await ClusterProcesses.StartSmallAsync(Silos, connection);
        await using var targets = new SiloTargets(cluster.Silos.Select(static silo => silo.GrpcAddress));
        await using var campaigns = await ConsentCampaigns.StartAsync(targets, customers, contactsPerSecond: Math.Max(60, customers / 40));
        await using var words = new ConsentCallers(
            targets, campaigns.Log, campaigns.Customers, refusalsPerSecond: Math.Max(20, customers / 500), seed);

        for (var kill = 0; kill < 3; kill++)
        {
            var silo = 1 + (kill % 2);
            await campaigns.UntilContactedAsync("summer", 1 + (kill * customers / 5));
            await cluster.KillAsync(silo);
            await (kill switch
            {
                0 => words.RecallAsync("summer"),
                1 =>
                    Task.WhenAll(
                        standby is null ? server.RestartAsync("immediate") : FailOverAsync(server, standby), words.CancelAsync("autumn")),
                _ => words.RecallAsync("night"),
            });
            await cluster.StartAgainAsync(silo);
            output.WriteLine(
                $"silo {silo} was killed at {(await campaigns.StatusAsync("summer")).Runs[0].Contacted:N0} contacts of summer");
        }

        await campaigns.UntilContactedAsync("summer", customers * 4 / 5);
        await words.DrainAsync(Longest);
        if (ConsentLog.Now < campaigns.QuietHours.Until)
        {
            await words.CancelAsync("night");
        }

        await campaigns.UntilDeliveredAsync();
        output.WriteLine($"words' errors: {words.Faults}; {words.AppliedLate} answers that not all silos heed a stop yet");
        var verdict = await ConsentVerdict.OfAsync(campaigns);
        verdict.Print(output);
        verdict.AssertClean();
        await VerifyIndexAsync(cluster, Enumerable.Range(0, customers).Count(static n => ConsentCampaigns.AgeOf(n) >= 60));
    }

    private static async Task FailOverAsync(PostgresServer primary, PostgresServer standby)
    {
        await primary.StopAsync("immediate");
        await standby.PromoteAsync();
    }

    // The index is exact again, on whichever silo one asks.
    private static async Task VerifyIndexAsync(ClusterProcesses cluster, int old)
    {
        foreach (var silo in cluster.Silos)
        {
            var counts = new List<long>();
            try
            {
                await ClusterProcesses.UntilAsync(
                    async () =>
                    {
                        counts.Add(
                            (
                                await silo.Audiences.CountAudienceAsync(
                                    new() { Audience = new() { Expression = "tags.age >= 60" } })).Customers);
                        return counts[^1] == old;
                    });
            }
            catch (TimeoutException)
            {
                Assert.Fail($"{old} customers were counted as {string.Join(", ", counts.Distinct())}.");
            }
        }
    }
}
