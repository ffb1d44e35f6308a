using DuckDB.NET.Data;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Lake;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Tests.Lake;

/// <summary>The files of the lake, as another engine reads and writes them.</summary>
public sealed class FactFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zhice-lake-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task DuckDB_reads_the_days_of_a_lake_with_their_types_and_counts_a_funnel()
    {
        await WriteAsync(new(2026, 11, 28), Enumerable.Range(0, 150_000).Select(static i => Create(FactKind.Contacted, i)));
        await WriteAsync(new(2026, 11, 29), Enumerable.Range(0, 300).Select(static i => Create(FactKind.Converted, i)));

        using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var lake = $"read_parquet('{_folder.FullName}/*/*.parquet', hive_partitioning = true)";
        Assert.Equal(
            ["CONTACTED|150000|0|2026-11-28", "CONVERTED|300|30000|2026-11-29"],
            Read(
                connection,
                $"SELECT concat_ws('|', kind, count(*), sum(amount_fen), min(recorded_on)) FROM {lake} GROUP BY kind ORDER BY kind"));
        Assert.Equal(
            ["客户-7|2026-11-28 04:00:00.007|2026-11-28|0.25|deposit_weekend"],
            Read(connection, $"SET TimeZone = 'UTC'; SELECT concat_ws('|', customer_id, strftime(time, '%Y-%m-%d %H:%M:%S.%g'), date, probability, campaign_id) FROM {lake} WHERE kind = 'CONTACTED' AND key = 'c7'"));
        Assert.Equal(
            ["300"],
            Read(connection, $"SELECT count(DISTINCT c.customer_id) FROM {lake} AS c JOIN {lake} AS o ON o.about = c.key AND o.kind = 'CONVERTED' AND o.time - c.time <= INTERVAL 30 DAY WHERE c.kind = 'CONTACTED'"));
    }

    [Fact]
    public void A_file_that_DuckDB_writes_of_the_lake_is_read_by_reports()
    {
        var path = Path.Combine(_folder.FullName, "experiment.parquet");
        using (var connection = new DuckDBConnection("Data Source=:memory:"))
        {
            connection.Open();
            using var copy = connection.CreateCommand();
            copy.CommandText =
                $"COPY (SELECT '客户-' || i AS customer_id, CASE WHEN i % 5 = 0 THEN 'holdout' ELSE 'sms' END AS arm, i % 2 = 0 AS came, i::DECIMAL(19, 2) AS yuan FROM range(1000) AS r (i)) TO '{path}' (FORMAT parquet)";
            copy.ExecuteNonQuery();
        }

        var read = LiftFile.Read(
            path, new() { Arm = "arm", Outcomes = ["came"], Amounts = ["yuan"], By = [] }, TestContext.Current.CancellationToken);
        Assert.Equal([(200L, 100L), (800L, 400L)], read.Tally.Arms.Select(static arm => (arm.Customers, arm.Outcome(0).Successes)).Order());
    }

    [Theory]
    [InlineData("30.11.2026")]
    [InlineData("")]
    public void A_day_that_is_none_is_refused_with_what_would_be_right(string day) =>
        Assert.Contains(
            "write it as 2026-11-29", Assert.Throws<UsageException>(() => FactDays.Parse(day)).Message, StringComparison.Ordinal);

    private static Fact Create(FactKind kind, int number) => new()
    {
        Kind = kind, Key = $"c{number}", CustomerId = $"客户-{number}",
        Time = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(20_785).AddHours(4).AddMilliseconds(number)),
        Date = "2026-11-28", CampaignId = "deposit_weekend", Probability = 0.25f, AmountFen = kind == FactKind.Converted ? 100 : 0,
        About = kind == FactKind.Converted ? $"c{number}" : "",
    };

    private static List<string> Read(DuckDBConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        using var rows = command.ExecuteReader();
        var found = new List<string>();
        while (rows.Read())
        {
            found.Add(rows.GetValue(0).ToString()!);
        }

        return found;
    }

    private async Task WriteAsync(DateOnly day, IEnumerable<Fact> facts)
    {
        var path = FactDays.GetFile(_folder.FullName, day);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var stream = File.Create(path);
        await using var file = await FactFile.CreateAsync(stream);
        await file.WriteAsync(facts);
        await file.EndAsync();
    }
}
