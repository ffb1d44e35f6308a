using System.Text.Json;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>The main job on the real input: the sample bank, and its campaign played again through the public API.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_real_campaign_played_again_is_learned_from_and_the_second_start_has_it_all()
    {
        using var folder = new DataFolder();
        await using (var silo = await SiloProcess.StartAsync(folder.Path))
        {
            var replay = await Command.RunAsync(
                "dotnet", Repository.Cli, "replay", "--window", "1", "--json", "--address", silo.GrpcAddress);
            Assert.True(replay.ExitCode == 0, replay.Errors);
            output.WriteLine(replay.Output);
            var score = JsonSerializer.Deserialize<JsonElement>(replay.Output.Trim().Split('\n')[^1]);
            Assert.Equal(41_188, score.GetProperty("rows").GetInt32());
            // What the reference protocol gives in the order of time, see docs/learning.md.
            Assert.InRange(score.GetProperty("aucSecondHalf").GetDouble(), 0.8150, 1);
            Assert.InRange(score.GetProperty("calibrationError").GetDouble(), 0, 0.02);
            Assert.Equal(0, await silo.StopAsync());
        }

        await AssertLearnedAsync(folder.Path);
        await PlayTheFirstDayAsync(folder.Path);
    }

    private static async Task AssertLearnedAsync(string folder)
    {
        await using var again = await SiloProcess.StartAsync(folder);
        var request = new RecommendRequest { CustomerId = "bm-000001", PlacementId = "remote_bank_call", Limit = 50 };
        var answer = await again.Recommendations.RecommendAsync(request);
        var deposit = answer.Recommendations.Single(each => each.ActionId == "term_deposit");
        var decision = (await again.Recommendations.GetDecisionAsync(
            new GetDecisionRequest { CustomerId = request.CustomerId, DecisionId = answer.DecisionId })).Decision;
        Assert.True(decision.Verdicts.Single(each => each.ActionId == "term_deposit").ModelVersion > 41_000);
        Assert.InRange(deposit.Propensity, 0, 1);
        Assert.Equal(0, await again.StopAsync());
    }

    // On the same folder, as the sample bank is dear to load.
    private async Task PlayTheFirstDayAsync(string folder)
    {
        await using (var silo = await SiloProcess.StartAsync(folder, "--Zhice:PlaySample=60"))
        {
            await ClusterProcesses.UntilAsync(
                () => Task.FromResult(silo.Log.Contains("the day is played: 60 customers", StringComparison.Ordinal)), TimeSpan.FromMinutes(3));
            Assert.Contains("a day of it is played now", silo.Log, StringComparison.Ordinal);
            await AssertPlayedAsync(silo);
            output.WriteLine(silo.Log);
            await silo.KillAsync();
        }

        await using var next = await SiloProcess.StartAsync(folder, "--Zhice:PlaySample=60");
        await PlayAFurtherDayAsync(next);
        Assert.DoesNotContain("a day of it is played now", next.Log, StringComparison.Ordinal);
    }

    private async Task PlayAFurtherDayAsync(SiloProcess silo)
    {
        var played = await Command.RunAsync("dotnet", Repository.Cli, "sample", "play", "--customers", "20", "--json", "--address", silo.GrpcAddress);
        Assert.True(played.ExitCode == 0, played.Errors);
        output.WriteLine(played.Output);
        var tally = JsonSerializer.Deserialize<JsonElement>(played.Output.Trim().Split('\n')[^1]);
        Assert.Equal(20, tally.GetProperty("customers").GetInt32());
        Assert.True(tally.GetProperty("decisions").GetInt32() >= 20);
    }

    private static async Task AssertPlayedAsync(SiloProcess silo)
    {
        var campaigns = (await silo.Campaigns.ListCampaignsAsync(new ListCampaignsRequest { PageSize = 10 })).Campaigns;
        Assert.Contains(campaigns, static each => each.State == CampaignState.Draft);
        var calls = campaigns.Single(static each => each.Campaign.Arms.Count == 2).Campaign.CampaignId;
        var lift = await new MeasurementService.MeasurementServiceClient(silo.Channel).GetLiftAsync(
            new GetLiftRequest { CampaignId = calls, OutcomeId = "deposit_opened", By = { ReportDimension.Arm } });
        Assert.False(lift.SampleRatio.IsAlarm);
        Assert.Equal(["rate", "talk"], lift.Lines.Select(static line => line.Keys[0]).Order());
        Assert.All(lift.Lines, static line => Assert.True(line.Converted > 0));
    }
}
