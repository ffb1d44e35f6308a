using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Effects;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.Storage.Decisions;
using Zhice.Storage.Postgres;
using Zhice.Storage.States;
using Zhice.TestBank;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>PostgreSQL as a bank runs it: over TLS, with a role each for migrations, silos and reports.</summary>
[Trait("Category", "Slow")]
public sealed class RolesTests : IAsyncLifetime
{
    private const string Password = "of-the-tests-alone";

    private readonly DirectoryInfo _certificates = Directory.CreateTempSubdirectory("zhice-pg-tls-");
    private PostgresServer _server = null!;
    private string _database = null!;

    public async ValueTask InitializeAsync()
    {
        MakeCertificates();
        _server = await PostgresServer.StartAsync(
            "ssl=on", $"ssl_cert_file={FileOf("server.pem")}", $"ssl_key_file={FileOf("server.key")}");
        _database = await _server.CreateDatabaseAsync();
        await PostgresServer.ExecuteAsync(_database, await ScriptAsync());
        foreach (var role in new[] { "zhice_migrate", "zhice_app", "zhice_report" })
        {
            await PostgresServer.ExecuteAsync(_database, $"ALTER ROLE {role} PASSWORD '{Password}'");
        }

        await PostgresDatabase.MigrateAsync(StoreOf("zhice_migrate"), CancellationToken.None);
        await PostgresServer.ExecuteAsync(_database, await ScriptAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificates.Delete(recursive: true);
    }

    [Fact]
    public async Task A_silo_runs_as_the_application_over_TLS_and_cannot_change_tables_or_the_audit()
    {
        await using (var store = await PostgresBackend.OpenAsync(StoreOf("zhice_app"), NullLogger.Instance))
        {
            var effects = new CommitEffects();
            effects.Count(new("c1", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
            effects.Send(new("c1", "sms", 1_700_000_000_000, 1_900_000_000_000, [1]));
            Assert.True((await store.WriteAsync([StateWrite.Create(Keys.Customer("a"), 0, [1], effects)]))[0].IsWritten);
            await store.Decisions.AppendAsync(
                [new DecisionRow(DecisionId.Create(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1, "a"), "a", [1])]);
            Assert.True(await store.Retention.KeepAsync(new() { LedgerDays = 100, EvaluationDays = 100 }, DateTimeOffset.UtcNow));
            var erasure = await store.Erasures.BeginAsync("a", new("r", "wang", "", 1_700_000_000_000));
            await store.Erasures.RemoveStateAsync("a", erasure);
            await store.Erasures.RemoveRowsAsync("a", erasure, Zhice.Storage.Erasures.EvidenceRules.None);
        }

        Assert.Equal(true, await ScalarAsync("zhice_app", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"));
        foreach (var refused in new[]
        {
            "ALTER TABLE grain_state ADD COLUMN x integer", "DROP TABLE consent_word", "TRUNCATE grain_state",
            "CREATE INDEX x ON outbox (campaign)",
            "DROP SCHEMA zhice CASCADE", "UPDATE audit_entry SET actor = ''", "DELETE FROM audit_entry", "DELETE FROM schema_version",
            "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        })
        {
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync("zhice_app", refused))).SqlState);
        }
    }

    [Fact]
    public async Task Reports_read_counts_see_no_customer_and_write_nothing()
    {
        Assert.Equal(0L, await ScalarAsync("zhice_report", "SELECT count(*) FROM delivery_count"));
        foreach (var refused in new[] { "SELECT * FROM grain_state", "SELECT * FROM contact_ledger", "SELECT * FROM audit_entry", "SELECT * FROM erasure_salt" })
        {
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync("zhice_report", refused))).SqlState);
        }

        Assert.Equal(
            PostgresErrorCodes.ReadOnlySqlTransaction,
            (await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync("zhice_report", "CREATE TABLE x (y integer)"))).SqlState);
        foreach (var refused in new[] { "INSERT INTO stock_allotment VALUES ('a', 1)", "DELETE FROM delivery_count", "CREATE TABLE x (y integer)" })
        {
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (
                    await Assert.ThrowsAsync<PostgresException>(
                        () => ScalarAsync("zhice_report", $"SET transaction_read_only = off; {refused}"))).SqlState);
        }
    }

    [Fact]
    public async Task A_server_of_another_authority_or_of_another_name_is_refused_with_a_sentence()
    {
        var other = new NpgsqlConnectionStringBuilder(
            StoreOf("zhice_app").SchemaConnectionString) { RootCertificate = FileOf("other.pem") };
        var fault = await Assert.ThrowsAsync<StoreUnfitException>(() =>
            PostgresBackend.OpenAsync(new PostgresStore(other.ConnectionString, "zhice"), NullLogger.Instance));
        Assert.Contains("No TLS with PostgreSQL", fault.Message, StringComparison.Ordinal);

        var name = new NpgsqlConnectionStringBuilder(StoreOf("zhice_app").SchemaConnectionString) { Host = "localhost" };
        await Assert.ThrowsAsync<StoreUnfitException>(() =>
            PostgresBackend.OpenAsync(new PostgresStore(name.ConnectionString, "zhice"), NullLogger.Instance));
    }

    private static async Task<string> ScriptAsync()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Zhice.Grains.sln")))
        {
            folder = folder.Parent;
        }

        return await File.ReadAllTextAsync(Path.Combine(folder.FullName, "deploy/postgres-roles.sql"));
    }

    private PostgresStore StoreOf(string role) => new(
        new NpgsqlConnectionStringBuilder(_database) { Username = role, Password = Password, SslMode = SslMode.VerifyFull, RootCertificate = FileOf("ca.pem") }.ConnectionString,
        "zhice");

    private async Task<object?> ScalarAsync(string role, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(StoreOf(role).SchemaConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private string FileOf(string name) => Path.Combine(_certificates.FullName, name);

    private void MakeCertificates()
    {
        using var ca = MakeAuthority("ca.pem");
        using (MakeAuthority("other.pem"))
        {
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=database", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var server = request.Create(ca, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        File.WriteAllText(FileOf("server.pem"), server.ExportCertificatePem());
        File.WriteAllText(FileOf("server.key"), key.ExportPkcs8PrivateKeyPem());

        // The server reads its key as its own user, and refuses one that others may read.
        Run("chmod", "755", _certificates.FullName);
        Run("chmod", "600", FileOf("server.key"));
        if (Environment.UserName == "root")
        {
            Run("chown", "postgres", FileOf("server.key"));
        }
    }

    private X509Certificate2 MakeAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(FileOf(name), authority.ExportCertificatePem());
        Run("chmod", "644", FileOf(name));
        return authority;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
