using Google.Rpc;
using Grpc.Core;
using Npgsql;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>Who did what is recorded before it is done and before it is answered, and whoever edits the record is found out.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    // As the database's owner, past the triggers.
    private const string AsOwner = "SET session_replication_role = replica; ";

    private readonly DataFolder _folder = new();
    private string _database = "";
    private SiloProcess _silo = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _silo = await StartAsync();
        await _silo.Catalog.ApplyCatalogAsync(new() { Catalog = SmallCatalog.Create(), RequestId = "small" });
        await _silo.UntilSmallAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        _folder.Dispose();
    }

    [Fact, Trait("Category", "Quick")]
    public async Task The_trail_says_who_did_what_with_values_before_and_after_and_names_each_edit()
    {
        var (wang, li) = (As("wang", "operator"), As("li", "data"));
        await _silo.Stops.SetStopAsync(new() { Kind = StopKind.Channel, TargetId = "sms", Comment = "sends twice" }, wang);
        await SetAgeAsync(li, 4471);
        await SetAgeAsync(li, 4472);
        await _silo.Customers.GetCustomerAsync(new() { CustomerId = "c1" }, li);
        Assert.Equal(
            StatusCode.PermissionDenied,
            (
                await Assert.ThrowsAsync<RpcException>(
                    async () => await _silo.Stops.LiftStopAsync(new() { Kind = StopKind.Channel, TargetId = "sms" }, li))).StatusCode);
        using (var http = new HttpClient { DefaultRequestHeaders = { { "x-zhice-user", "li" }, { "x-zhice-roles", "analyst" } } })
        {
            using var refused = await http.GetAsync($"{_silo.HttpAddress}/v1/customers/c1");
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.StatusCode);
        }

        await _silo.Stops.LiftStopAsync(new() { Kind = StopKind.Channel, TargetId = "sms" }, wang);

        var listed = (await CliAsync("list", "--limit", "500")).Output;
        Assert.Matches(@"wang .*127\.0\.0\.1 .*done .*StopService/SetStop .*stop Channel/sms .*OK .*comment:  → sends twice", listed);
        Assert.Matches(@"wang .*done .*StopService/LiftStop .*comment: sends twice → ", listed);
        Assert.Matches(@"li .*done .*CustomerService/UpdateTags .*customer c1 .*OK .*tags\[age\]: \*\*\* → \*\*\*", listed);
        Assert.Matches("li .*read .*CustomerService/GetCustomer .*customer c1 .*OK", listed);
        Assert.Matches("li .*refused .*StopService/LiftStop .*ROLE_REQUIRED", listed);
        Assert.Matches("li .*refused .*CustomerService/GetCustomer .*customer c1 .*ROLE_REQUIRED", listed);
        Assert.Matches(@"developer .*done .*CatalogService/ApplyCatalog .*catalog .*OK .*actions\[deposit\]", listed);
        Assert.DoesNotContain("447", listed, StringComparison.Ordinal);

        var checkpoint = Path.Combine(_folder.Path, "kept.json");
        Assert.Equal(0, (await CliAsync("checkpoint", "--output", checkpoint)).ExitCode);
        string[] against = ["--against", checkpoint, "--key", Path.Combine(_folder.Path, "audit-signing.key.pub")];
        Assert.Equal((0, true), Found(await CliAsync(["verify", .. against]), "nothing was changed"));

        // Each edit is undone before the next.
        await SqlAsync("CREATE TABLE audit_kept AS SELECT * FROM audit_entry; CREATE TABLE audit_head_kept AS SELECT * FROM audit_head");
        await FindsAsync("UPDATE audit_entry SET actor = 'zhang' WHERE sequence = 5", "entry 5 .*edited", against);
        await FindsAsync("UPDATE audit_entry SET details = set_byte(details, 3, 65) WHERE sequence = 4", "entry 4 .*edited", against);
        await FindsAsync("UPDATE audit_entry SET at_ms = at_ms - 1 WHERE sequence = 4", "entry 4 .*edited", against);
        await FindsAsync("DELETE FROM audit_entry WHERE sequence BETWEEN 3 AND 4", "entries 3 to 4 are missing", against);
        await FindsAsync(
            "UPDATE audit_entry SET sequence = -sequence WHERE sequence IN (3, 6); UPDATE audit_entry SET sequence = 9 + sequence WHERE sequence < 0", "entry 3 .*was written as entry 6", against);
        await FindsAsync("DELETE FROM audit_entry WHERE sequence > 6; UPDATE audit_head SET (sequence, at_ms, hash) = (SELECT sequence, at_ms, hash FROM audit_entry WHERE sequence = 6)", "the end was cut off", against);
        await FindsAsync("DELETE FROM audit_entry WHERE sequence < 3", "begins with entry 3", against);
        Assert.Equal((0, true), Found(await CliAsync(["verify", .. against]), "nothing was changed"));

        // A checkpoint that somebody made up.
        await File.WriteAllTextAsync(
            checkpoint, (await File.ReadAllTextAsync(checkpoint)).Replace("\"number\": 1", "\"number\": 2", StringComparison.Ordinal));
        Assert.Equal((1, true), Found(await CliAsync(["verify", .. against]), "not signed by the key"));
    }

    [Fact]
    public async Task Without_the_trail_nothing_is_changed_or_shown_and_recommendations_go_on()
    {
        await SetAgeAsync(As("li", "data"), 40);
        await SqlAsync("ALTER TABLE audit_entry RENAME TO audit_away");
        await FailsAsync("AUDIT_UNAVAILABLE", () => SetAgeAsync(As("li", "data"), 41));
        await FailsAsync("AUDIT_UNAVAILABLE", async () => await _silo.Customers.GetCustomerAsync(new() { CustomerId = "c1" }));
        Assert.NotEmpty((await _silo.Recommendations.RecommendAsync(new() { CustomerId = "c1", PlacementId = "app_home" })).DecisionId);
        await _silo.Events.RecordEventsAsync(new() { Events = { new Event { EventId = "e1", CustomerId = "c1", EventTypeId = "login" } } });

        await SqlAsync("ALTER TABLE audit_away RENAME TO audit_entry");
        var age =
            (await _silo.Customers.GetCustomerAsync(new() { CustomerId = "c1" })).Customer.Tags.Single(static tag => tag.TagId == "age");
        Assert.Equal(40, age.Value.IntegerValue);
    }

    [Fact]
    public async Task A_change_that_a_killed_silo_did_not_end_has_a_beginning_and_no_end()
    {
        await SetAgeAsync(As("li", "data"), 40);
        await using (var connection = new NpgsqlConnection(_database))
        {
            // Nobody writes a state, so that the change begins and does not end.
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await RunAsync(connection, "LOCK TABLE zhice.grain_state IN SHARE MODE");
            var change = SetAgeAsync(As("zhang", "data"), 41);
            while (!(await CliAsync("list", "--actor", "zhang")).Output.Contains("UpdateTags", StringComparison.Ordinal))
            {
                await Task.Yield();
            }

            await _silo.KillAsync();
            await Assert.ThrowsAsync<RpcException>(() => change);
        }

        _silo = await StartAsync();
        var verified = await CliAsync("verify");
        Assert.Equal((0, true), Found(verified, "UpdateTags by zhang began, and its end is not recorded"));
    }

    private Task<SiloProcess> StartAsync() => SiloProcess.StartAsync(
        _folder.Path, "--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={_database}", "--Zhice:Sample=false",
        "--Zhice:Dashboard=false");

    private static Metadata As(string name, string roles) => new() { { "x-zhice-user", name }, { "x-zhice-roles", roles } };

    private async Task SetAgeAsync(Metadata caller, int age) => await _silo.Customers.UpdateTagsAsync(
        new() { CustomerId = "c1", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = age } } } }, caller);

    private async Task FindsAsync(string tampering, string finding, string[] against)
    {
        await SqlAsync(AsOwner + tampering);
        var verified = await CliAsync(["verify", .. against]);
        Assert.Equal(1, verified.ExitCode);
        Assert.Matches(finding, verified.Output);
        await SqlAsync(
            $"""
            {AsOwner}DELETE FROM audit_entry;
            INSERT INTO audit_entry SELECT * FROM audit_kept;
            UPDATE audit_head AS h SET sequence = k.sequence, at_ms = k.at_ms, hash = k.hash FROM audit_head_kept AS k;
            """);
    }

    private static (int ExitCode, bool IsFound) Found(Command.Outcome outcome, string text) =>
        (
            outcome.ExitCode,
            outcome.Output.Contains(text, StringComparison.Ordinal) || outcome.Errors.Contains(text, StringComparison.Ordinal));

    private static async Task FailsAsync(string reason, Func<Task> call) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<RpcException>(call)).GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);

    private Task<Command.Outcome> CliAsync(params string[] arguments) =>
        Command.RunAsync("dotnet", [Repository.Cli, "audit", .. arguments, "--address", _silo.GrpcAddress]);

    private async Task SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await RunAsync(connection, $"SET search_path = zhice; {sql}");
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
