using System.Text.Json.Nodes;
using Zhice.Cli.Running;

namespace Zhice.Cli.Tests.Reports;

/// <summary>Off-policy values of logs that are made so that the truth is known.</summary>
[Collection("Console")]
public sealed class ReportOffPolicyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zhice-off-policy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_log_of_even_choices_tells_the_value_of_always_choosing_one_by_every_method()
    {
        // Two actions, each shown in every second round; the second is accepted by 6 of 10, the first by 2 of 10.
        var rows = Enumerable.Range(0, 4_000).Select(static i =>
            $"{(i / 2 % 10 < (i % 2 == 1 ? 6 : 2) ? 1 : 0)},0.5,{i % 2},{(i % 2 == 1 ? 0.6 : 0.2)},0.6");
        var path = Write("accepted,logged,target,q_shown,q_target", rows);

        var report = await JsonAsync(path, "--predicted-shown", "q_shown", "--predicted-target", "q_target");

        var methods = report["methods"]!.AsArray().ToDictionary(static each => (string)each!["method"]!, static each => each!);
        Assert.Equal(["the log's own policy", "replay", "IPS", "SNIPS", "doubly robust"], methods.Keys);
        Assert.Equal(0.4, (double)methods["the log's own policy"]["value"]!, 12);
        Assert.All(methods.Values.Skip(1), static method => Assert.Equal(0.6, (double)method["value"]!, 12));
        Assert.True((double)methods["doubly robust"]["high"]! <= (double)methods["IPS"]["high"]!);
        Assert.Equal(2_000, (double)report["effectiveRounds"]!, 6);
        var (_, output, _) = await RunAsync(path);
        Assert.Contains("The judged policy is shown to be better than the log's.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("doubly robust", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_of_what_the_log_never_shows_is_refused()
    {
        var path = Write("accepted,logged,target,new", Enumerable.Range(0, 1_000).Select(static i => $"{i % 2},0.5,{i % 2},0.2"));

        var (exit, output, error) = await RunAsync(path, "--unsupported", "new");

        Assert.Equal((ExitCode.Failed, ""), (exit, output));
        Assert.Contains("20.0 % of the policy's choices are never shown by the log's policy", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_worth_few_rounds_is_refused()
    {
        var path = Write("accepted,logged,target", Enumerable.Range(0, 100).Select(static i => $"{i % 2},0.5,{i % 2}"));
        Assert.Contains("The log is worth 50 rounds of the policy, of 100", (await RunAsync(path)).Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await RunAsync(path, "--min-rounds", "50")).Exit);
    }

    [Theory]
    [InlineData("1,0,1", "Line 2, column 'logged': expected a logged probability, a number above 0 and at most 1; found '0'.")]
    [InlineData("1,0.5,1.5", "Line 2, column 'target': expected a probability of the judged policy, a number from 0 to 1; found '1.5'.")]
    [InlineData(",0.5,1", "Line 2, column 'accepted': expected a reward, a number such as 12.50; write 0 where there is none; found an empty cell.")]
    [InlineData("", "t.csv has no rows.")]
    public async Task A_row_that_is_not_right_is_refused_with_what_would_be(string row, string why) =>
        Assert.Equal($"error: {why}", (await RunAsync(Write("accepted,logged,target", [row]))).Error.Trim());

    [Fact]
    public async Task Half_of_the_predictions_are_refused() => Assert.Contains(
        "go together", (await RunAsync(Write("accepted,logged,target", []), "--predicted-shown", "target")).Error, StringComparison.Ordinal);

    private static Task<(int Exit, string Output, string Error)> RunAsync(string path, params string[] more) => ConsoleRun.RunAsync(
        ["report", "off-policy", "--file", path, "--reward", "accepted", "--logged", "logged", "--target", "target", .. more]);

    private static async Task<JsonNode> JsonAsync(string path, params string[] more)
    {
        var (exit, output, error) = await RunAsync(path, ["--json", .. more]);
        Assert.Equal((ExitCode.Done, ""), (exit, error));
        return JsonNode.Parse(output)!;
    }

    private string Write(string header, IEnumerable<string> rows)
    {
        var path = Path.Combine(_folder, "t.csv");
        File.WriteAllLines(path, [header, .. rows.Where(static row => row.Length > 0)]);
        return path;
    }
}
