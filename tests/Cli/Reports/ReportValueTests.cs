using System.Globalization;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Tests.Reports;

/// <summary>Activity, AUM, churn and NPS of a campaign, by a small lake and files of the customers: each figure can be counted in the rows.</summary>
[Collection("Console")]
public sealed class ReportValueTests : IDisposable
{
    private readonly LakeFolder _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Each_figure_is_that_of_the_rows_of_those_reached_and_held_out()
    {
        await WriteAsync();
        var (now, before) = (Write("now", static i => i + 110, static i => i % 10 == 0), Write("before", static i => i + 100, static _ => false));

        var line = Assert.Single((await JsonAsync("--customers", now, "--before", before, "--churned", "left"))["lines"]!.AsArray())!;

        Assert.Equal((100, 100), ((int)line["contacted"]!, (int)line["heldOut"]!));
        Check(line, "active within 30 days (MAU)", 0.5, 0.2, 0.3);
        Check(line, "active on a day (DAU)", 1.0 / 30, 0.2 / 30, 0.8 / 30);

        // Those who were held out have 20 yuan less; before they had the same.
        Check(line, "AUM, all together", 15_950, 13_950, null);
        Check(line, "AUM a customer", 159.5, 139.5, 20);
        Check(line, "AUM moved a customer (CUPED)", 10, -10, 20);
        Check(line, "churned", 0.1, 0.1, 0);

        // Of 40 answers 30 promote and 10 detract; of 20 answers 5 and 10, others do not count.
        Check(line, "NPS, points", 50, -25, 75);
        Check(line, "answers", 40, 20, null);
        var aum = Find(line, "AUM moved a customer (CUPED)");
        Assert.True((double)aum["low"]! < 20.001 && (double)aum["high"]! > 19.999 && (double)aum["high"]! - (double)aum["low"]! < 1);
        Assert.True((double)Find(line, "NPS, points")["pAdjusted"]! >= (double)Find(line, "NPS, points")["p"]!);
    }

    [Fact]
    public async Task The_NPS_is_that_of_the_rows_as_DuckDB_counts_them_by_the_query_of_the_documentation()
    {
        await WriteAsync();
        var query = (await File.ReadAllTextAsync(FindFile("docs/measurement-lake.md"))).Split("-- The NPS of")[1].Split("```")[0];
        query = query[query.IndexOf("WITH", StringComparison.Ordinal)..].Replace("'lake/", $"'{_lake.Path}/", StringComparison.Ordinal)
            .Replace("deposit_weekend", "summer", StringComparison.Ordinal);
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var rows = command.ExecuteReader();
        var found = new List<(string Kind, long Answers, double Nps)>();
        while (rows.Read())
        {
            found.Add((rows.GetString(0), rows.GetInt64(1), Convert.ToDouble(rows.GetValue(2), CultureInfo.InvariantCulture)));
        }

        Assert.Equal([("CONTACTED", 40L, 50.0), ("HELD_OUT", 20L, -25.0)], found);
    }

    [Fact]
    public async Task What_has_no_source_says_which_one_it_needs()
    {
        await WriteAsync();

        var line = Assert.Single((await JsonAsync("--event", "nothing"))["lines"]!.AsArray())!;

        Assert.Contains("the lake has no events 'nothing'", (string)Find(line, "active within 30 days (MAU)")["refusal"]!, StringComparison.Ordinal);
        Assert.Contains("--customers FILE", (string)Find(line, "AUM a customer")["refusal"]!, StringComparison.Ordinal);
        Assert.Contains("--before FILE", (string)Find(line, "AUM moved a customer (CUPED)")["refusal"]!, StringComparison.Ordinal);
        Assert.Contains("--churned TAG", (string)Find(line, "churned")["refusal"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_divided_by_arm_and_an_outcome_may_say_who_has_left()
    {
        await WriteAsync();

        var lines = (await JsonAsync("--by", "arm", "--churn-outcome", "account_closed"))["lines"]!.AsArray();

        Assert.Equal(["a", "b"], lines.Select(static line => (string)line!["key"]!));
        Assert.All(lines, static line => Assert.Equal((50, 50), ((int)line!["contacted"]!, (int)line["heldOut"]!)));
        Check(lines[0]!, "churned", 0.1, 0, 0.1);
        Check(lines[1]!, "churned", 0, 0, 0);
        var (_, output, _) = await RunAsync("--by", "day");
        Assert.Contains("day 2026-11-28: 100 customers contacted, 100 held out, 30 days after", output, StringComparison.Ordinal);
        Assert.Contains("1 of the outcomes 'nps_answered' has no amount that is a whole number from 0 to 10", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--campaign nobody", ExitCode.Failed, "The lake has no customer of the campaign 'nobody'.")]
    [InlineData("--campaign summer --days 90", ExitCode.Failed, "No customer of the campaign 'summer' has 90 days behind the contact")]
    [InlineData("--campaign summer --before x.csv", ExitCode.WrongUsage, "--churned and --before need --customers")]
    [InlineData("--campaign summer --churned a --churn-outcome b", ExitCode.WrongUsage, "both say who has churned")]
    [InlineData("--campaign summer --behavior-sample 0", ExitCode.WrongUsage, "--behavior-sample must be above 0")]
    public async Task What_cannot_be_told_is_refused_with_what_would_be_right(string arguments, int exit, string why)
    {
        await WriteAsync();
        var (code, _, error) = await ConsoleRun.RunAsync(["report", "value", _lake.Path, .. arguments.Split(' ')]);
        Assert.Equal(exit, code);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_a_customer_twice_or_a_cell_that_is_no_amount_is_refused_by_its_row()
    {
        await WriteAsync();
        var file = Path.Combine(_lake.Path, "bad.csv");
        await File.WriteAllTextAsync(file, "customer_id,aum\nc1,1\nc1,2\n");
        Assert.Contains("in the file twice", (await RunAsync("--customers", file)).Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "customer_id,aum\nc1,much\n");
        Assert.Contains("expected an AUM in yuan", (await RunAsync("--customers", file)).Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "customer_id,balance\nc1,1\n");
        Assert.Contains("has no column 'aum'", (await RunAsync("--customers", file)).Error, StringComparison.Ordinal);
    }

    private async Task WriteAsync()
    {
        await _lake.WriteAsync(
            0,
            [
                .. Enumerable.Range(0, 100).SelectMany(static i => new[] { Of(FactKind.Contacted, $"c{i}", 0, i), Of(FactKind.HeldOut, $"h{i}", 0, i) }),
                .. Enumerable.Range(0, 100).Select(static i => Came($"c{i}", -1)), Answered("c0", 0, -1),
            ]);
        await _lake.WriteAsync(
            40,
            [
                .. Enumerable.Range(0, 50).SelectMany(static i => new[] { Came($"c{i}", 1), Came($"c{i}", 1.5), Came($"c{i}", 9) }),
                .. Enumerable.Range(0, 20).Select(static i => Came($"h{i}", 3)), .. Enumerable.Range(0, 40).Select(static i => Came($"h{i}", 31)),
                .. Enumerable.Range(0, 40).Select(static i => Answered($"c{i}", i < 30 ? 9 + (i % 2) : i % 7, 2)),
                .. Enumerable.Range(0, 20).Select(static i => Answered($"h{i}", i < 5 ? 10 : i < 10 ? 8 : 6, 2)),
                Answered("h30", 11, 2), .. Enumerable.Range(0, 5).Select(static i => Left($"c{2 * i}", 5)), Of(FactKind.Contacted, "late", 20, 0), Came("other", 40),
            ]);
    }

    private static Fact Of(FactKind kind, string customer, double day, int number)
    {
        var fact = LakeFolder.Create(kind, customer, $"{kind}-{customer}", day);
        (fact.CampaignId, fact.ArmId) = ("summer", number % 2 == 0 ? "a" : "b");
        return fact;
    }

    private static Fact Came(string customer, double day)
    {
        var fact = LakeFolder.Create(FactKind.Behaved, customer, $"{customer}-{day}", day);
        fact.EventTypeId = "app_open";
        return fact;
    }

    private static Fact Answered(string customer, int score, double day)
    {
        var fact = LakeFolder.Create(FactKind.Outcome, customer, $"{customer}-nps-{day}", day);
        (fact.Reason, fact.AmountFen) = ("nps_answered", 100 * score);
        return fact;
    }

    private static Fact Left(string customer, double day)
    {
        var fact = LakeFolder.Create(FactKind.Outcome, customer, $"{customer}-left", day);
        fact.Reason = "account_closed";
        return fact;
    }

    private string Write(string name, Func<int, int> aum, Func<int, bool> isLeft)
    {
        var path = Path.Combine(_lake.Path, $"{name}.csv");
        File.WriteAllLines(
            path,
            [
                "customer_id,aum,left",
                .. Enumerable.Range(0, 100).SelectMany(i => new[]
                {
                    $"c{i},{aum(i)},{(isLeft(i) ? 1 : 0)}", $"h{i},{aum(i) - (name == "now" ? 20 : 0)},{(isLeft(i) ? 1 : 0)}",
                }),
                "stranger,1,0",
            ]);
        return path;
    }

    private static string FindFile(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Zhice.Grains.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, path);
    }

    private static JsonNode Find(JsonNode line, string figure) =>
        line["figures"]!.AsArray().Single(each => (string)each!["figure"]! == figure)!;

    private static void Check(JsonNode line, string figure, double contacted, double heldOut, double? difference)
    {
        var found = Find(line, figure);
        Assert.Equal(contacted, (double)found["contacted"]!, 9);
        Assert.Equal(heldOut, (double)found["heldOut"]!, 9);
        Assert.Equal(difference is null, found["difference"] is null);
        Assert.Equal(difference ?? 0, (double?)found["difference"] ?? 0, 6);
    }

    private Task<(int Exit, string Output, string Error)> RunAsync(params string[] more) =>
        ConsoleRun.RunAsync(["report", "value", _lake.Path, "--campaign", "summer", .. more]);

    private async Task<JsonNode> JsonAsync(params string[] more)
    {
        var (exit, output, _) = await RunAsync(["--json", .. more]);
        Assert.Equal(ExitCode.Done, exit);
        return JsonNode.Parse(output.Split('\n')[0])!;
    }
}
