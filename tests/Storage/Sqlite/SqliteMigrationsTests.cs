using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Zhice.Storage.Sqlite;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.Migrations;

namespace Zhice.Storage.Tests.Sqlite;

/// <summary>The way from each version of SQLite's tables to the next.</summary>
public sealed class SqliteMigrationsTests : IDisposable
{
    private const string Schema = "SELECT group_concat(type || ' ' || name || ': ' || coalesce(sql, ''), ';') FROM (SELECT * FROM sqlite_schema ORDER BY type, name)";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0001-states", "F1A25AD903D2E7FF")]
    [InlineData("0002-effects", "00D251B54850851B")]
    [InlineData("0003-deliveries", "4099BBC00FF70063")]
    [InlineData("0004-stock", "A00F9F5EA7BA6AE7")]
    [InlineData("0005-journeys", "2995501B4B9D0BDB")]
    [InlineData("0006-hand-over", "8F31AF8B9F9F57E7")]
    [InlineData("0007-campaign-evaluations", "F48971941A9D0B52")]
    [InlineData("0008-consents", "E98A58E4B146B50B")]
    [InlineData("0009-waiting-behind", "FD116AB8D8E4F8A3")]
    [InlineData("0010-kept-by-time", "7469EC851E438E4E")]
    [InlineData("0011-kept-units", "114E468080BC1079")]
    [InlineData("0012-audit", "BA28F462E465D020")]
    [InlineData("0013-erasures", "1551B05960C252CD")]
    [InlineData("0014-facts", "E6DCF58A5D9AC4C5")]
    public void A_released_step_never_changes(string step, string hash)
    {
        Assert.Contains(step, SqliteMigrations.Steps);
        Assert.Equal(hash, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(SqliteMigrations.Text(step).TrimEnd('\n'))))[..16]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public async Task A_database_of_an_earlier_version_keeps_its_states_and_becomes_as_a_new_one(int version)
    {
        using (var connection = SqliteDatabase.Open(_folder.Database, mayCreate: true))
        {
            foreach (var step in SqliteMigrations.Steps[..version])
            {
                connection.Run(SqliteMigrations.Text(step));
            }

            connection.Run("CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT");
            connection.Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_version VALUES ({version})"));
            var bucket = Keys.Customer("a").Bucket;
            connection.Run(string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload) VALUES ('customer', {bucket}, x'61', 'state', 7, zeroblob(16), x'6f6e65')"));
        }

        await using (var store = SqliteBackend.Open(_folder.Path, NullLogger.Instance))
        {
            var found = await store.ReadAsync(Keys.Customer("a"));
            Assert.Equal((7, "one"), (found!.Value.Version, found.Text()));
        }

        using var fresh = new TempFolder();
        await using (SqliteBackend.Open(fresh.Path, NullLogger.Instance))
        {
        }

        Assert.Equal(SchemaOf(fresh), SchemaOf(_folder));
    }

    private static string? SchemaOf(TempFolder folder)
    {
        using var connection = SqliteDatabase.Open(folder.Database, onlyReads: true);
        return connection.Scalar<string>(Schema);
    }
}
