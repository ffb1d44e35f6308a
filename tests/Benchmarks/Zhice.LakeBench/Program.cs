// How long DuckDB takes for a funnel of 90 days over a lake of facts as `zhice facts export` writes it.
//   dotnet run -c Release --project tests/Benchmarks/Zhice.LakeBench -- [FACTS]
using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var facts = args is [var count] ? long.Parse(count, CultureInfo.InvariantCulture) : 50_000_000L;
var folder = Directory.CreateTempSubdirectory("zhice-lake-bench-");
try
{
    using var connection = new DuckDBConnection("Data Source=:memory:");
    connection.Open();
    Run("SET threads = 2; SET TimeZone = 'UTC'");
    var watch = Stopwatch.StartNew();

    // 1,000,000 customers and 40 kinds of events over 90 days; the columns are those of the export.
    for (var day = 0; day < 90; day++)
    {
        var path = Path.Combine(folder.FullName, $"recorded_on={new DateOnly(2026, 9, 1).AddDays(day):yyyy-MM-dd}");
        Directory.CreateDirectory(path);
        Run(
            $"""
            COPY (
                SELECT 'BEHAVED' AS kind, 'e{day}-' || i AS key, '6222' || lpad((hash(i, {day}) % 1000000)::VARCHAR, 12, '0') AS customer_id, '' AS campaign_id, '' AS journey_id,
                    '' AS stage_id, '' AS action_id, 'app' AS channel_id, '' AS placement_id, '' AS treatment_id, '' AS arm_id, 'gold' AS tier,
                    'type' || (hash(i, {day}, 7) % 40) AS event_type_id, '' AS reason, '' AS about,
                    TIMESTAMP '2026-09-01' + INTERVAL {day} DAY + INTERVAL (i * 86400 // {facts / 90}) SECOND AS time, DATE '2026-09-01' + {day} AS date,
                    0 AS code, 0 AS rank, 0::FLOAT AS probability, 0::BIGINT AS amount_fen
                FROM range({facts / 90}) AS r (i)) TO '{path}/facts.parquet' (FORMAT parquet, ROW_GROUP_SIZE 100000)
            """);
    }

    var bytes = folder.EnumerateFiles("*.parquet", SearchOption.AllDirectories).Sum(static file => file.Length);
    Console.WriteLine($"{facts:N0} facts written in {watch.Elapsed.TotalSeconds:N0} s, {(double)bytes / facts:N1} bytes a fact");
    for (var tries = 0; tries < 3; tries++)
    {
        watch.Restart();
        var found = Read(
            $"""
            WITH e AS (
                SELECT customer_id, time, event_type_id FROM read_parquet('{folder.FullName}/*/*.parquet', hive_partitioning = true)
                WHERE recorded_on >= '2026-09-01' AND event_type_id IN ('type1', 'type2', 'type3')),
            first AS (SELECT customer_id, min(time) AS at FROM e WHERE event_type_id = 'type1' GROUP BY customer_id),
            second AS (
                SELECT f.customer_id, f.at AS begun, min(e.time) AS at FROM first AS f JOIN e ON e.customer_id = f.customer_id AND e.event_type_id = 'type2'
                    AND e.time >= f.at AND e.time <= f.at + INTERVAL 7 DAY GROUP BY ALL),
            third AS (
                SELECT s.customer_id FROM second AS s JOIN e ON e.customer_id = s.customer_id AND e.event_type_id = 'type3'
                    AND e.time >= s.at AND e.time <= s.begun + INTERVAL 7 DAY GROUP BY ALL)
            SELECT (SELECT count(*) FROM first) || ' > ' || (SELECT count(*) FROM second) || ' > ' || (SELECT count(*) FROM third)
            """);
        Console.WriteLine($"funnel of 3 steps within 7 days, over 90 days: {watch.Elapsed.TotalSeconds:N1} s ({found}); the bar is 10 s");
    }

    return 0;

    void Run(string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    string Read(string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar()!.ToString()!;
    }
}
finally
{
    folder.Delete(recursive: true);
}
