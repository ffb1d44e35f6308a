using System.Globalization;
using DuckDB.NET.Data;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Behavior;
using Zhice.Cli.Lake;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.Behavior;
using Zhice.V1;
using EventMatch = Zhice.V1.EventMatch;

namespace Zhice.Cli.Tests.Behavior;

/// <summary>Analyses of a lake, beside what DuckDB computes of the same files.</summary>
public sealed class BehaviorFilesTests : IDisposable
{
    private const int FirstDay = 20_770;
    private const string Mine = "kind = 'BEHAVED'";

    private static readonly string[] s_types = ["login", "fund_view", "fund_buy", "transfer"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zhice-behaviour-");
    private readonly DuckDBConnection _duck = new("Data Source=:memory:");

    public void Dispose()
    {
        _duck.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Counts_funnels_retention_and_paths_of_a_lake_are_those_that_DuckDB_computes()
    {
        await WriteAsync();
        var analyses = Open();

        var counts = analyses.Count(new() { Events = { Match("login"), Match("fund_view") }, Property = "page", ByDay = true });
        Assert.Equal(
            Read($"SELECT concat_ws('|', event_type_id, coalesce(nullif(about, '')->>'page', ''), date, count(*), count(DISTINCT customer_id)) FROM {Lake} WHERE {Mine} AND event_type_id IN ('login', 'fund_view') GROUP BY event_type_id, coalesce(nullif(about, '')->>'page', ''), date"),
            counts.Counts.Select(static count => $"{count.EventTypeId}|{count.Value}|{count.Date}|{count.Events}|{count.Customers}").Order(StringComparer.Ordinal));

        var funnel = analyses.CountFunnel(new()
        {
            Steps = { Match("login"), new EventMatch { EventTypeId = "fund_view", Property = "page", Value = "p1" }, Match("fund_buy") },
            Window = Duration.FromTimeSpan(TimeSpan.FromDays(3)),
        });
        Assert.Equal(Read(Funnel), funnel.Steps.Select(static step => step.Customers.ToString(CultureInfo.InvariantCulture)));

        var retention = analyses.CountRetention(new() { First = Match("login"), Again = Match("transfer"), PeriodDays = 7, Periods = 3 });
        Assert.Equal(
            Read(Retention),
            retention.Cohorts.SelectMany(static cohort =>
                cohort.Returned.Select((returned, i) => $"{cohort.FromDate}|{cohort.Customers}|{i + 1}|{returned}")));

        var paths = analyses.CountPaths(
            new() { Around = Match("fund_buy"), Before = true, Steps = 1, Window = Duration.FromTimeSpan(TimeSpan.FromDays(2)), EventTypeIds = { "login", "transfer" } }, 10);
        Assert.Equal(Read(Paths), paths.Paths.Select(static path => $"{path.Events.FirstOrDefault("")}|{path.Customers}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_customers_of_a_part_are_as_many_as_its_figure_and_a_share_is_a_part_of_them()
    {
        await WriteAsync();
        var query = new FunnelQuery { Steps = { Match("login"), Match("fund_view"), Match("fund_buy") }, Window = Duration.FromTimeSpan(TimeSpan.FromDays(3)) };
        var steps = Open().CountFunnel(query).Steps;
        var left = Open().Find(new() { Funnel = new() { Query = query, Step = 2, Last = true } });
        Assert.Equal(steps[1].Customers - steps[2].Customers, left.Count);

        var some = Open(share: 0.3).Find(new() { Funnel = new() { Query = query, Step = 2, Last = true } });
        Assert.InRange(some.Count, 1, left.Count - 1);
        Assert.Empty(some.Except(left));

        var list = Path.Combine(_folder.FullName, "ids.txt");
        File.WriteAllLines(list, left.Take(5));
        Assert.Equal(5, Open(customers: list).CountFunnel(query).Steps[1].Customers);
    }

    [Fact]
    public void A_file_of_others_is_read_by_its_columns_and_the_day_is_that_of_the_bank()
    {
        var path = Write("events.csv", "customer_id,event_type_id,time\na,login,2026-11-28T15:59:59Z\na,login,2026-11-28T16:00:00Z\nb,login,2026-11-29T00:30:00+08:00\n");
        var counts = new BehaviorFileAnalyses(new([path], null, 0), new(0, 30_000), 30_000, CancellationToken.None)
            .Count(new() { ByDay = true }).Counts;
        Assert.Equal(["2026-11-28 1 1", "2026-11-29 2 2"], counts.Select(static count => $"{count.Date} {count.Events} {count.Customers}"));
    }

    [Theory]
    [InlineData("customer_id,time\na,2026-11-28T00:00:00Z\n", "no column 'event_type_id'")]
    [InlineData("customer_id,event_type_id,time\na,login,yesterday\n", "Line 2, column 'time': expected an instant such as")]
    [InlineData("customer_id,event_type_id,time,date\na,login,2026-11-28T00:00:00Z,28.11.2026\n", "column 'date': expected a day such as")]
    public void A_file_that_has_no_events_is_refused_with_what_would_be_right(string content, string sentence)
    {
        var path = Write("events.csv", content);
        var analyses = new BehaviorFileAnalyses(new([path], null, 0), new(0, 30_000), 30_000, CancellationToken.None);
        Assert.Contains(
            sentence, Assert.Throws<FailureException>(() => analyses.Count(new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_asked_wrongly_is_refused()
    {
        Assert.Contains("is no file", Assert.Throws<UsageException>(() => new BehaviorFiles(["nowhere"], null, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => new BehaviorFiles([Write("a.csv", "x\n")], null, 1.5));
        Assert.Throws<UsageException>(() => BehaviorOptions.ParseMatch("a[b]"));
        Assert.Throws<UsageException>(() => BehaviorOptions.ParseWindow("soon"));
        Assert.Throws<UsageException>(() => Open().CountFunnel(new() { Steps = { Match("login") } }));
    }

    private string Lake => $"read_parquet('{_folder.FullName}/*/*.parquet', hive_partitioning = true)";

    private string Funnel =>
        $"""
        WITH e AS (SELECT customer_id AS c, time AS t, event_type_id AS k, nullif(about, '')->>'page' AS page FROM {Lake} WHERE {Mine}),
        a AS (SELECT c, t FROM e WHERE k = 'login'), b AS (SELECT c, t FROM e WHERE k = 'fund_view' AND page = 'p1'), d AS (SELECT c, t FROM e WHERE k = 'fund_buy')
        SELECT n FROM (
            SELECT 1 AS i, count(DISTINCT c)::VARCHAR AS n FROM a
            UNION ALL SELECT 2, count(DISTINCT a.c)::VARCHAR FROM a JOIN b ON b.c = a.c AND b.t > a.t AND b.t <= a.t + INTERVAL 3 DAY
            UNION ALL SELECT 3, count(DISTINCT a.c)::VARCHAR FROM a JOIN b ON b.c = a.c AND b.t > a.t JOIN d ON d.c = a.c AND d.t > b.t AND d.t <= a.t + INTERVAL 3 DAY)
        ORDER BY i
        """;

    private string Retention =>
        $"""
        WITH e AS (SELECT customer_id AS c, event_type_id AS k, date_diff('day', DATE '2026-11-13', date) // 7 AS p FROM {Lake} WHERE {Mine}),
        joined AS (SELECT c, min(p) AS p FROM e WHERE k = 'login' GROUP BY c)
        SELECT concat_ws('|', DATE '2026-11-13' + (7 * j.p)::INTEGER, count(DISTINCT j.c), n, count(DISTINCT e.c))
        FROM joined AS j CROSS JOIN range(1, 4) AS r (n) LEFT JOIN e ON e.c = j.c AND e.k = 'transfer' AND e.p = j.p + n
        WHERE j.p + n < 4 GROUP BY j.p, n ORDER BY j.p, n
        """;

    private string Paths =>
        $"""
        WITH e AS (SELECT customer_id AS c, time AS t, event_type_id AS k FROM {Lake} WHERE {Mine}),
        first AS (SELECT c, min(t) AS t FROM e WHERE k = 'fund_buy' GROUP BY c),
        last AS (SELECT f.c, max(e.t) AS t FROM first AS f JOIN e ON e.c = f.c AND e.t < f.t AND e.t >= f.t - INTERVAL 2 DAY AND e.k IN ('login', 'transfer') GROUP BY f.c)
        SELECT concat_ws('|', coalesce(e.k, ''), count(*)) FROM first AS f LEFT JOIN last AS l ON l.c = f.c LEFT JOIN e ON e.c = l.c AND e.t = l.t GROUP BY coalesce(e.k, '')
        """;

    private static EventMatch Match(string type) => new() { EventTypeId = type };

    private BehaviorFileAnalyses Open(string? customers = null, double share = 0) =>
        new(new([_folder.FullName], customers, share), new DayRange(FirstDay, FirstDay + 27), 30_000, CancellationToken.None);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    // All instants are apart, so that engines agree on what comes first; other facts are between them.
    private async Task WriteAsync()
    {
        var random = new Random(7);
        var facts = Enumerable.Range(0, 6_000).Select(i =>
        {
            var at = DateTimeOffset.UnixEpoch.AddDays(FirstDay).AddSeconds(i * 400);
            var type = s_types[random.Next(s_types.Length)];
            return new Fact
            {
                Kind = random.Next(10) == 0 ? FactKind.Outcome : FactKind.Behaved, Key = $"e{i}", CustomerId = $"客户-{random.Next(300)}", EventTypeId = type,
                Time = Timestamp.FromDateTimeOffset(at), Date = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ChannelId = "app",
                About = type == "fund_view" ? $$"""{"page":"p{{random.Next(3)}}"}""" : "",
            };
        }).ToList();
        foreach (var day in facts.GroupBy(static fact => fact.Date))
        {
            var path = FactDays.GetFile(_folder.FullName, FactDays.Parse(day.Key));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var stream = File.Create(path);
            await using var file = await FactFile.CreateAsync(stream);
            await file.WriteAsync(day);
            await file.EndAsync();
        }
    }

    private List<string> Read(string text)
    {
        if (_duck.State != System.Data.ConnectionState.Open)
        {
            _duck.Open();
        }

        using var command = _duck.CreateCommand();
        command.CommandText = text;
        using var rows = command.ExecuteReader();
        var found = new List<string>();
        while (rows.Read())
        {
            found.Add(rows.GetValue(0).ToString()!);
        }

        return text.Contains("ORDER BY", StringComparison.Ordinal) ? found : [.. found.Order(StringComparer.Ordinal)];
    }
}
