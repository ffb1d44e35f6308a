using Npgsql;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>
/// kill -9 around the promotion of a winner, on a real database that holds the silo up at the instant: the arm is promoted once, by one author,
/// and the audit has it.
/// </summary>
public sealed class PromotionKillTests
{
    // Holds up what the system records in the audit: lock 1 before it promotes, lock 2 after.
    private const string HoldUp =
        """
        CREATE FUNCTION zhice.hold_up() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.actor = 'system' THEN PERFORM pg_advisory_xact_lock(NEW.stage); END IF; RETURN NEW; END $$;
        CREATE TRIGGER hold_up BEFORE INSERT ON zhice.audit_entry FOR EACH ROW EXECUTE FUNCTION zhice.hold_up();
        """;

    // As if 2,000 customers of each arm had been exposed, and 200 and 600 of them had the outcome.
    private const string Win =
        """
        INSERT INTO zhice.fact_group (group_id, campaign, journey, stage, action, channel, placement, treatment, arm, tier, event_type)
        VALUES (1, 'experiment:tone', '', '', '', '', '', '', 'plain', '', ''), (2, 'experiment:tone', '', '', '', '', '', '', 'warm', '', '');
        INSERT INTO zhice.fact_count (group_id, day, code, kind, shard, count, amount)
        VALUES (1, 20000, 0, 25, 0, 2000, 0), (2, 20000, 0, 25, 0, 2000, 0), (1, 20000, 1, 16, 0, 200, 0), (2, 20000, 1, 16, 0, 600, 0);
        """;

    [Fact]
    public async Task A_silo_that_is_killed_before_and_after_it_promotes_an_arm_promotes_it_once_and_the_audit_has_it()
    {
        using var folder = new DataFolder();
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        string[] settings =
            ["--Zhice:Sample=false", "--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={database}", "--Zhice:PromotionEvery=00:00:01"];
        await using var holder = new NpgsqlConnection(database);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        long version;
        await using (var silo = await SiloProcess.StartAsync(folder.Path, settings))
        {
            version = (await silo.Catalog.ApplyCatalogAsync(new() { Catalog = CreateCatalog(), RequestId = "tone" })).Version.Version;
            await RunAsync(holder, $"SELECT pg_advisory_lock(1), pg_advisory_lock(2); {HoldUp}{Win}");
            await KillWhenHeldUpAsync(silo, holder, 1);
            Assert.Equal(0, await CountAsync(holder, "SELECT count(*) FROM zhice.audit_entry WHERE actor = 'system'"));
        }

        await using (var silo = await SiloProcess.StartAsync(folder.Path, settings))
        {
            Assert.Equal(version, (await VersionsAsync(silo))[0].Version);
            await RunAsync(holder, "SELECT pg_advisory_unlock(1)");
            await KillWhenHeldUpAsync(silo, holder, 2);
            Assert.Equal(1, await CountAsync(holder, "SELECT count(*) FROM zhice.audit_entry WHERE actor = 'system'"));
        }

        await RunAsync(holder, "SELECT pg_advisory_unlock(2)");
        await using var last = await SiloProcess.StartAsync(folder.Path, settings);
        await ClusterProcesses.UntilAsync(async () => (await AuditAsync(last)).Any(static entry => entry.Stage == AuditStage.Done), TimeSpan.FromMinutes(1));
        await CheckAsync(last, version);
    }

    private static async Task CheckAsync(SiloProcess silo, long version)
    {
        var promoted = (await VersionsAsync(silo))[0];
        Assert.Equal((version + 1, "system"), (promoted.Version, promoted.Author));
        Assert.Single(await VersionsAsync(silo), static each => each.Author == "system");
        var done = Assert.Single(await AuditAsync(silo), static entry => entry.Stage == AuditStage.Done);
        Assert.Equal(($"{version + 1}", $"promote-tone-warm-{version}", "OK"), (done.TargetId, done.RequestId, done.Outcome));
        var catalog = (await silo.Catalog.GetCatalogAsync(new())).Catalog;
        Assert.Equal("warm", catalog.ExperimentLayers[0].Experiments[0].PromotedArmId);

        // The same request id makes no second version.
        catalog.ExperimentLayers[0].Experiments[0].PromotedArmId = "plain";
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(
            async () => await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = done.RequestId }));
        Assert.Equal(version + 1, (await VersionsAsync(silo))[0].Version);
    }

    private static Catalog CreateCatalog()
    {
        var catalog = SmallCatalog.Create();
        catalog.Outcomes.Add(new Outcome { OutcomeId = "came_back", EventTypeId = "login" });
        catalog.ExperimentLayers.Add(new ExperimentLayer
        {
            LayerId = "tones",
            Experiments =
            {
                new Experiment
                {
                    ExperimentId = "tone", Share = 0.5, Arms = { new Arm { ArmId = "plain" }, new Arm { ArmId = "warm" } },
                    Promotion = new() { OutcomeId = "came_back" },
                },
            },
        });
        return catalog;
    }

    // The connection that waits dies with its silo, so that nothing of it is committed after the kill.
    private static async Task KillWhenHeldUpAsync(SiloProcess silo, NpgsqlConnection holder, int step)
    {
        var waiting =
            $"FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = {step} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        await ClusterProcesses.UntilAsync(async () => await CountAsync(holder, $"SELECT count(*) {waiting}") > 0, TimeSpan.FromMinutes(1));
        await silo.KillAsync();
        await RunAsync(holder, $"SELECT pg_terminate_backend(pid) {waiting}");
        await ClusterProcesses.UntilAsync(async () => await CountAsync(holder, $"SELECT count(*) {waiting}") == 0, TimeSpan.FromMinutes(1));
    }

    private static async Task<IReadOnlyList<CatalogVersion>> VersionsAsync(SiloProcess silo) =>
        (await silo.Catalog.ListCatalogVersionsAsync(new())).Versions;

    private static async Task<IReadOnlyList<AuditEntry>> AuditAsync(SiloProcess silo) =>
        (await new AuditService.AuditServiceClient(silo.Channel).ListAuditEntriesAsync(new() { Actor = "system" })).Entries;

    private static async Task RunAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
    }
}
