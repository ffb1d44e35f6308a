using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Effects;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.Storage.Backends;
using Zhice.Storage.Decisions;
using Zhice.Storage.Erasures;
using Zhice.Storage.Postgres;
using Zhice.Storage.Sqlite;
using Zhice.Storage.States;
using Zhice.TestBank;

namespace Zhice.Storage.Tests.Erasures;

/// <summary>The files of the databases have no trace of an erased customer.</summary>
[Trait("Category", "Slow")]
public sealed class TraceTests
{
    private const string Canary = "canary-6217000010000002026-xinghua";
    private const string CanaryValue = "canary-value-No.7-Xinghua-Road-Suzhou";

    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task SQLite_files_have_no_trace_while_the_silo_goes_on()
    {
        using var folder = new TempFolder();
        await using var store = SqliteBackend.Open(folder.Path, NullLogger.Instance);
        await FillAsync(store);
        Assert.NotEmpty(FindTraces(folder.Path));

        await EraseAsync(store);

        Assert.Empty(FindTraces(folder.Path));
        Assert.NotNull(await store.ReadAsync(Keys.Customer("other")));
    }

    [Fact]
    public async Task PostgreSQL_files_have_no_trace_after_the_procedure_of_the_guide()
    {
        await using var server = await PostgresServer.StartAsync("wal_recycle=off", "autovacuum=off");
        var place = new PostgresStore(await server.CreateDatabaseAsync(), "traces");
        await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await FillAsync(store);
        await RunAsync(place, "CHECKPOINT");
        Assert.NotEmpty(FindTraces(Path.Combine(server.Folder, "data")));

        await EraseAsync(store);

        // docs/security/erasure.md: rewrite the tables, then let the log of before go.
        await RunAsync(place, "VACUUM FULL");
        for (var i = 0; i < 3; i++)
        {
            await RunAsync(place, "SELECT pg_switch_wal()");
            await RunAsync(place, "CHECKPOINT");
        }

        Assert.Empty(FindTraces(Path.Combine(server.Folder, "data")));
        Assert.NotNull(await store.ReadAsync(Keys.Customer("other")));
    }

    private static async Task RunAsync(PostgresStore place, string sql)
    {
        await using var connection = new NpgsqlConnection(place.SchemaConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task FillAsync(IBackend store)
    {
        foreach (var customer in new[] { Canary, "other" })
        {
            var payload = Encoding.UTF8.GetBytes($"{new string('.', 3_000)}{CanaryValue}");
            payload = customer == Canary ? payload : [1];
            var version = 0L;
            for (var i = 0; i < 5; i++)
            {
                var effects = new CommitEffects();
                effects.Count(new($"spring/{customer}/{i}", Now));
                effects.Send(new($"{customer}-{i}", "sms", Now, Now + 60_000, payload));
                effects.Change(new("j1", i, Now + 1_000));
                effects.Keep(
                    new(2, Purpose.Marketing, IsGranted: false, Now + i) { EvidenceId = $"form of {customer}", RecordedAtMs = Now });
                effects.KeepAnswer(new((ulong)i, 1, Now, 1, payload));
                var outcome =
                    (await store.WriteAsync([StateWrite.Create(Keys.Customer(customer), version, [.. payload, (byte)i], effects)]))[0];
                Assert.True(outcome.IsWritten);
                version = outcome.Version;
            }

            await store.Decisions.AppendAsync([new DecisionRow(DecisionId.Create(Now, 1, customer), customer, payload)]);
        }
    }

    private static async Task EraseAsync(IBackend store)
    {
        var request = await store.Erasures.BeginAsync(Canary, new("r1", "wang", "asked", Now));
        await store.Erasures.RemoveStateAsync(Canary, request);
        await store.Erasures.RemoveRowsAsync(Canary, request, new EvidenceRules(30, 30));
        await store.Erasures.EndAsync(request, [1], Now);
    }

    // By another process: one that closes a file of SQLite's gives up the locks that its own process has on it.
    private static string[] FindTraces(string folder)
    {
        using var grep = Process.Start(
            new ProcessStartInfo("grep", ["-rlaF", "-e", Canary, "-e", CanaryValue, folder]) { RedirectStandardOutput = true })!;
        var found = grep.StandardOutput.ReadToEnd();
        grep.WaitForExit();
        Assert.InRange(grep.ExitCode, 0, 1);
        return found.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
