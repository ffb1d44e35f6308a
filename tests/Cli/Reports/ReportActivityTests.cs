using System.Text.Json.Nodes;
using Zhice.Cli.Running;
using Zhice.Domain.Experiments;
using Zhice.V1;

namespace Zhice.Cli.Tests.Reports;

/// <summary>The activity of customers whom a campaign reached or held out, by a small lake.</summary>
[Collection("Console")]
public sealed class ReportActivityTests : IDisposable
{
    private readonly LakeFolder _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Active_customers_and_days_of_those_reached_and_held_out_are_compared()
    {
        await WriteAsync();

        var report = await JsonAsync("--event", "app_open", "--days", "30");

        Assert.Equal((100, 50), ((int)report["contacted"]!["customers"]!, (int)report["contacted"]!["active"]!));
        Assert.Equal((40, 10), ((int)report["heldOut"]!["customers"]!, (int)report["heldOut"]!["active"]!));

        // Half of 100 came on 2 days each, 10 of 40 on one; what came before, later or twice on a day does not count.
        Assert.Equal(1, (double)report["contacted"]!["activeDays"]!, 12);
        Assert.Equal(0.25, (double)report["heldOut"]!["activeDays"]!, 12);
        Assert.Equal(0.25, (double)report["share"]!["value"]!, 12);
        Assert.Equal(0.75, (double)report["activeDays"]!["value"]!, 12);
        Assert.True((double)report["activeDays"]!["low"]! > 0);
        var (_, output, _) = await RunAsync("--event", "app_open");
        Assert.Contains("1 customer does not count yet", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_sample_the_customers_without_events_count_too()
    {
        await WriteAsync();
        var salt = Assignment.GetSalt("behavior");
        var drawn = Enumerable.Range(0, 100).Count(i => Assignment.GetPart(salt, $"c{i}") < 5_000);
        Assert.Equal(drawn, (int)(await JsonAsync("--behavior-sample", "0.5"))["contacted"]!["customers"]!);
    }

    [Theory]
    [InlineData("--campaign nobody", ExitCode.Failed, "The lake has no customer of the campaign 'nobody' whose events are recorded.")]
    [InlineData("--campaign summer --event nothing", ExitCode.Failed, "The lake has no events 'nothing' of customers: silos record them")]
    [InlineData("--campaign summer --days 90", ExitCode.Failed, "0 customers were contacted and 0 customers held out whose 90 days are over")]
    [InlineData("--campaign summer --behavior-sample 2", ExitCode.WrongUsage, "--behavior-sample must be above 0 and at most 1")]
    public async Task What_the_lake_cannot_tell_is_refused_with_what_would_be_right(string arguments, int exit, string why)
    {
        await WriteAsync();
        var (code, _, error) = await ConsoleRun.RunAsync(["report", "activity", _lake.Path, .. arguments.Split(' ')]);
        Assert.Equal(exit, code);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    private async Task WriteAsync()
    {
        await _lake.WriteAsync(
            0,
            [
                .. Enumerable.Range(0, 100).Select(static i => Of(FactKind.Contacted, $"c{i}", 0)),
                .. Enumerable.Range(0, 40).Select(static i => Of(FactKind.HeldOut, $"h{i}", 0)), Of(FactKind.Contacted, "other", 0, "winter"),
                .. Enumerable.Range(0, 100).Select(static i => Came($"c{i}", -1)),
            ]);
        await _lake.WriteAsync(
            40,
            [
                .. Enumerable.Range(0, 50).SelectMany(static i => new[] { Came($"c{i}", 1), Came($"c{i}", 1.5), Came($"c{i}", 9) }),
                .. Enumerable.Range(0, 10).Select(static i => Came($"h{i}", 3)), .. Enumerable.Range(0, 40).Select(static i => Came($"h{i}", 31)),
                Of(FactKind.Contacted, "late", 20), Came("other", 40),
            ]);
    }

    private static Fact Of(FactKind kind, string customer, double day, string campaign = "summer")
    {
        var fact = LakeFolder.Create(kind, customer, $"{kind}-{customer}", day);
        fact.CampaignId = campaign;
        return fact;
    }

    private static Fact Came(string customer, double day)
    {
        var fact = LakeFolder.Create(FactKind.Behaved, customer, $"{customer}-{day}", day);
        fact.EventTypeId = "app_open";
        return fact;
    }

    private Task<(int Exit, string Output, string Error)> RunAsync(params string[] more) =>
        ConsoleRun.RunAsync(["report", "activity", _lake.Path, "--campaign", "summer", .. more]);

    private async Task<JsonNode> JsonAsync(params string[] more)
    {
        var (exit, output, error) = await RunAsync(["--json", .. more]);
        Assert.Equal((ExitCode.Done, ""), (exit, error));
        return JsonNode.Parse(output)!;
    }
}
