using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>What a silo does before it says that it is ready.</summary>
public sealed class WarmUpTests
{
    private const int Customers = 40;

    [Fact]
    public async Task A_warm_up_makes_dry_runs_on_the_store_s_customers_and_leaves_nothing_behind()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(
            1, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
            settings: ["--Zhice:WarmUp=00:00:02", "--Zhice:DecisionLogSample=1", "--Zhice:FactSample=1", "--Logging:LogLevel:Zhice=Information"]);
        for (var n = 0; n < Customers; n++)
        {
            await cluster[0].Customers.UpdateTagsAsync(new UpdateTagsRequest { CustomerId = $"c{n}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 30 } } } });
        }

        // Nothing is known of a catalogue at the first start.
        Assert.DoesNotContain("Warmed up", cluster[0].Log, StringComparison.Ordinal);
        await cluster.KillAsync(0);
        var before = await CountAsync(cluster);
        await cluster.StartAgainAsync(0);

        await AssertWarmAsync(cluster[0]);

        // Also where callers need tokens of a provider, which is not even there, and TLS with a certificate of an authority that nobody knows.
        using var authority = new ClusterAuthority();
        var tls = authority.SettingsOf("Tls", "localhost").Select(static setting => setting.TrimStart('-').Replace(":", "__", StringComparison.Ordinal));
        await using (var guarded = await cluster.StartOneMoreAsync(
            ["env", "Zhice__Identity__Authority=https://127.0.0.1:1", "Zhice__Identity__Audience=zhice", .. tls]))
        {
            await AssertWarmAsync(guarded);
            Assert.Equal(0, await guarded.StopAsync());
        }

        Assert.Equal(0, await cluster[0].StopAsync());
        Assert.Equal(before, await CountAsync(cluster));
    }

    // The log is written beside, so its line can come after the one that says that the silo is ready.
    private static async Task AssertWarmAsync(SiloProcess silo)
    {
        await ClusterProcesses.UntilAsync(() => Task.FromResult(silo.Log.Contains("Warmed up", StringComparison.Ordinal)));
        var made = Regex.Match(silo.Log, @"Warmed up: (\d+) dry runs .*, of which 0 failed, and (\d+) calls over a connection");
        Assert.True(made.Success && NumberOf(made.Groups[1]) > Customers && NumberOf(made.Groups[2]) > Customers, silo.Log);

        static int NumberOf(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);
    }

    // What is logged and measured of decisions, and the versions of all customers.
    private static async Task<(long Decisions, long Facts, decimal Versions)> CountAsync(ClusterProcesses cluster)
    {
        await using var connection = new NpgsqlConnection(cluster.Connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT count(*) FROM zhice.decision_log), (SELECT count(*) FROM zhice.fact) + (SELECT count(*) FROM zhice.fact_count),
                (SELECT coalesce(sum(version), 0) FROM zhice.grain_state WHERE grain_type = 'customer')
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetDecimal(2));
    }
}
