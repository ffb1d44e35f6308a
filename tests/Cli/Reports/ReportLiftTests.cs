using System.Globalization;
using System.Text.Json.Nodes;
using Parquet;
using Parquet.Schema;
using Zhice.Cli.Running;

namespace Zhice.Cli.Tests.Reports;

/// <summary>
/// A small experiment of 240 customers, `Files/experiment.csv`; its figures are those of statsmodels 0.13.5 and scipy 1.10.1.
/// </summary>
[Collection("Console")]
public sealed class ReportLiftTests : IDisposable
{
    private static readonly string Experiment = Path.Combine(AppContext.BaseDirectory, "Files", "experiment.csv");

    private readonly string _folder = Directory.CreateTempSubdirectory("zhice-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_share_has_Newcombes_interval_and_an_amount_has_Welchs()
    {
        var report = await JsonAsync(Experiment, "--arm", "arm", "--outcome", "opened", "--amount", "amount");

        Assert.Equal("control", (string?)report["control"]);
        var opened = Arm(report, 0, "sms");
        Assert.Equal((20, 0.25), ((int)opened["values"]!["total"]!, (double)opened["values"]!["mean"]!));
        Close(opened["absolute"]!, 0.1, -0.024798520952800995, 0.2218369135813723, 0.11384629800665805);
        var amount = Arm(report, 1, "sms");
        Assert.Equal(1877, (double)amount["values"]!["total"]!);
        Close(amount["absolute"]!, 14.7, 3.2520347807944887, 26.14796521920551, 0.01225450031377173);
        Close(Arm(report, 1, "push")["absolute"]!, 5.5375, -3.309528771174554, 14.384528771174557, 0.21817352175765342);
    }

    [Fact]
    public async Task The_same_customers_in_Parquet_give_the_same_report()
    {
        string[] questions =
            ["--arm", "arm", "--outcome", "opened", "--amount", "amount", "--by", "tier", "--covariate", "before", "--watched", "240"];

        var (csv, parquet) = (await JsonAsync(Experiment, questions), await JsonAsync(await ParquetAsync(), questions));

        Assert.Equal(csv.ToJsonString(), parquet.ToJsonString());
    }

    [Fact]
    public async Task The_same_seed_prints_the_same_report_twice()
    {
        string[] arguments = ["--arm", "arm", "--amount", "amount", "--seed", "5", "--bootstrap", "300"];

        Assert.Equal((await JsonAsync(Experiment, arguments)).ToJsonString(), (await JsonAsync(Experiment, arguments)).ToJsonString());
    }

    [Fact]
    public async Task People_read_a_table_with_six_digits_and_what_holds_daily()
    {
        var (exit, output, _) = await RunAsync("--file", Experiment, "--arm", "arm", "--outcome", "opened", "--by", "tier");

        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("control (control)", output, StringComparison.Ordinal);
        Assert.Contains("-0.024799   0.221837   0.1138", output, StringComparison.Ordinal);
        Assert.Contains("Personalising for opened: nothing can be said. No group has 30 customers", output, StringComparison.Ordinal);
        Assert.Contains("use the intervals of --watched", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Personalising_that_gains_nothing_is_reported_as_none()
    {
        var rows = Enumerable.Range(0, 4000).Select(static i =>
            $"{(i % 2 == 0 ? "control" : "sms")},{i / 2 % 2},{(i * 7 % 20 < 4 + (i % 2) ? 1 : 0)}");
        var path = Write("arm,tier,opened", rows);

        var (_, output, _) = await RunAsync("--file", path, "--arm", "arm", "--outcome", "opened", "--by", "tier");

        Assert.Contains("Personalising for opened: no gain.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arms_out_of_ratio_are_warned_of_by_the_p_value_that_was_asked_for()
    {
        // As many as the arms of Cookie Cats: p 0.0086.
        var path = Write("arm,opened", Enumerable.Repeat("control,1", 44_700).Concat(Enumerable.Repeat("gate,0", 45_489)));
        string[] arguments = ["--file", path, "--arm", "arm", "--outcome", "opened"];

        var (_, output, quiet) = await RunAsync(arguments);
        var (_, _, warned) = await RunAsync([.. arguments, "--ratio-alarm", "0.01"]);

        Assert.Contains("chi-square 6.9024, p 0.0086", output, StringComparison.Ordinal);
        Assert.Equal("", quiet);
        Assert.StartsWith("warning: The arms do not have the customers that they should", warned, StringComparison.Ordinal);
        var (_, shared, _) = await RunAsync([.. arguments, "--share", "control=44700", "--share", "gate=45489"]);
        Assert.Contains("chi-square 0.0000", shared, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_without_an_arm_are_left_out_and_counted()
    {
        var path = Write("arm,opened", ["control,1", ",1", "sms,0", "sms,true", "control,FALSE"]);

        var report = await JsonAsync(path, "--arm", "arm", "--outcome", "opened");

        Assert.Equal((4, 1), ((int)report["customers"]!, (int)report["rowsWithoutArm"]!));
    }

    [Theory]
    [InlineData("control,1|sms,", "Line 3, column 'opened': expected an outcome, 1 or 0, or true or false; how often or how much is an --amount; found an empty cell.")]
    [InlineData(
        "control,1|sms,2",
        "Line 3, column 'opened': expected an outcome, 1 or 0, or true or false; how often or how much is an --amount; found '2'.")]
    [InlineData("control,1|sms,1,1", "t.csv: Line 3 has 3 cells; the header has 2.")]
    [InlineData("control,1|control,0", "All rows have the arm 'control'; a lift needs a control to compare with.")]
    [InlineData("", "The file has no row with an arm.")]
    public async Task A_file_that_is_not_right_is_refused_with_what_would_be(string rows, string why)
    {
        var (exit, _, error) = await RunAsync("--file", Write("arm,opened", rows.Split('|')), "--arm", "arm", "--outcome", "opened");

        Assert.Equal((ExitCode.Failed, $"error: {why}"), (exit, error.Trim()));
    }

    [Theory]
    [InlineData("1e100", "found '1e100'")]
    [InlineData("-2e15", "found '-2e15'")]
    public async Task An_amount_that_no_bank_has_is_refused_with_its_line_and_column(string amount, string found)
    {
        string[] rows = ["control,1,1", "control,2,2", "sms,3,3", $"sms,{amount},4", $"sms,4,{amount}"];
        var path = Write("arm,amount,before", rows);

        var (exit, _, error) = await RunAsync("--file", path, "--arm", "arm", "--amount", "amount");
        var (_, _, covariate) = await RunAsync("--file", path, "--arm", "arm", "--amount", "before", "--covariate", "amount");

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("Line 5, column 'amount': expected an amount, a number from -1e15 to 1e15", error, StringComparison.Ordinal);
        Assert.Contains(found, error, StringComparison.Ordinal);
        Assert.Contains("Line 5, column 'amount': expected a covariate, a number from -1e15 to 1e15", covariate, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_amounts_and_covariates_give_figures()
    {
        var path = Write("arm,amount,before,tier", ["control,1e15,1,a", "control,0,1e15,a", "sms,-1e15,0,a", "sms,5,-1e15,a"]);

        var (exit, output, error) = await RunAsync(
            "--file", path, "--arm", "arm", "--amount", "amount", "--covariate", "before", "--by", "tier", "--watched", "100");

        Assert.Equal((ExitCode.Done, ""), (exit, error));
        Assert.DoesNotContain("NaN", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_three_arms_the_winner_is_named_when_it_is_above_all_others()
    {
        var rows = Enumerable.Range(0, 6_000).Select(static i =>
            $"{(i % 3 == 0 ? "control" : i % 3 == 1 ? "sms" : "push")},{(i / 3 % 10 < (i % 3 == 1 ? 5 : 2) ? 1 : 0)}");
        string[] arguments = ["--file", Write("arm,opened", rows), "--arm", "arm", "--outcome", "opened"];

        var (_, watched, _) = await RunAsync([.. arguments, "--watched", "4000"]);
        Assert.Contains("Winner for opened: 'sms' is above every other arm", watched, StringComparison.Ordinal);
        Assert.DoesNotContain("Winner", (await RunAsync(arguments)).Output, StringComparison.Ordinal);
        var (_, none, _) = await RunAsync("--file", Experiment, "--arm", "arm", "--outcome", "opened", "--watched", "240");
        Assert.Contains("Winner for opened: none yet. Arm 'sms' is the best until now, and is not shown to be above arm", none, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interval_that_is_still_everything_is_not_yet_known()
    {
        var (_, output, _) = await RunAsync(
            "--file", Write("arm,opened", ["control,1", "sms,0"]), "--arm", "arm", "--outcome", "opened", "--watched", "100");

        Assert.Contains("not yet known", output, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "--arm arm --outcome nobody", ExitCode.Failed, "has no column 'nobody'. It has: customer_id, arm, tier, before, opened, amount.")]
    [InlineData(
        "--arm customer_id --outcome opened", ExitCode.Failed,
        "The column 'customer_id' has more than 50 different values; it must say the arm of an experiment.")]
    [InlineData("--arm tier --outcome opened", ExitCode.WrongUsage, "Say which arm is the control by --control: 'basic', 'gold'.")]
    [InlineData(
        "--arm arm --outcome opened --control nobody", ExitCode.WrongUsage,
        "No arm is named 'nobody'; --control must be one of 'control', 'push', 'sms'.")]
    [InlineData(
        "--arm arm --outcome opened --share sms=0", ExitCode.WrongUsage, "--share 'sms=0' must be an arm, '=' and a number above 0")]
    [InlineData("--arm arm --outcome opened --share sms=1", ExitCode.WrongUsage, "--share is missing for 'control'")]
    [InlineData("--arm arm --outcome opened --share sms=1 --share sms=1", ExitCode.WrongUsage, "once for each arm")]
    [InlineData("--arm arm", ExitCode.WrongUsage, "Say what is measured: --outcome COLUMN for who did it, --amount COLUMN for how much.")]
    [InlineData("--arm arm --outcome opened --amount opened", ExitCode.WrongUsage, "The column 'opened' is measured twice")]
    [InlineData("--arm arm --amount amount --covariate amount", ExitCode.WrongUsage, "The column 'amount' is measured and cannot be the covariate")]
    [InlineData("--arm arm --amount tier", ExitCode.Failed, "Line 2, column 'tier': expected an amount, a number such as 12.50")]
    [InlineData("--arm arm --outcome opened --bootstrap 5", ExitCode.WrongUsage, "--bootstrap must be 200 or more")]
    [InlineData(
        "--arm arm --outcome opened --confidence 95", ExitCode.WrongUsage,
        "--confidence must be a number above 0.5 and below 1, such as 0.95, not '95'.")]
    public async Task What_was_typed_wrongly_is_refused_with_what_would_be_right(string arguments, int exit, string why)
    {
        var (code, _, error) = await RunAsync(["--file", Experiment, .. arguments.Split(' ')]);

        Assert.Equal(exit, code);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    private static JsonNode Arm(JsonNode report, int measure, string arm) =>
        report["measures"]![measure]!["arms"]!.AsArray().Single(each => (string?)each!["arm"] == arm)!;

    private static void Close(JsonNode figures, double value, double low, double high, double p)
    {
        Assert.Equal(value, (double)figures["value"]!, 9);
        Assert.Equal(low, (double)figures["low"]!, 9);
        Assert.Equal(high, (double)figures["high"]!, 9);
        Assert.Equal(p, (double)figures["p"]!, 9);
    }

    private static async Task<JsonNode> JsonAsync(string path, params string[] arguments)
    {
        var (exit, output, error) = await RunAsync(["--file", path, "--json", .. arguments]);
        Assert.Equal((ExitCode.Done, ""), (exit, error));
        return JsonNode.Parse(output)!;
    }

    private static Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments) =>
        ConsoleRun.RunAsync(["report", "lift", .. arguments]);

    private string Write(string header, IEnumerable<string> rows)
    {
        var path = Path.Combine(_folder, "t.csv");
        File.WriteAllLines(path, [header, .. rows.Where(static row => row.Length > 0)]);
        return path;
    }

    private async Task<string> ParquetAsync()
    {
        var rows = File.ReadLines(Experiment).Skip(1).Select(static line => line.Split(',')).ToArray();
        DataField[] fields =
        [
            new DataField<string>("arm", nullable: false), new DataField<string>("tier", nullable: false), new DataField<int>("before"),
            new DataField<bool>("opened"), new DataField<double>("amount"),
        ];
        var path = Path.Combine(_folder, "t.parquet");
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file);
        foreach (var part in rows.Chunk(100))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(fields[0], part.Select(static row => row[1]).ToArray());
            await group.WriteAsync(fields[1], part.Select(static row => row[2]).ToArray());
            await group.WriteAsync<int>(fields[2], part.Select(static row => int.Parse(row[3], CultureInfo.InvariantCulture)).ToArray());
            await group.WriteAsync<bool>(fields[3], part.Select(static row => row[4] == "1").ToArray());
            await group.WriteAsync<double>(
                fields[4], part.Select(static row => double.Parse(row[5], CultureInfo.InvariantCulture)).ToArray());
            group.CompleteValidate();
        }

        return path;
    }
}
