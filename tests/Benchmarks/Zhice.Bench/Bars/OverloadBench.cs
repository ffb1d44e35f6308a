using System.Globalization;
using Zhice.Bench.Load;
using Zhice.Case;

namespace Zhice.Bench.Bars;

/// <summary>
/// Three times the calls that a silo can answer, with cheap decisions and dear ones. A refusal costs some microseconds too, so the bar is that
/// of decisions beside which refusals are cheap.
/// </summary>
internal static class OverloadBench
{
    private const string Bench = "overload";
    private const int DearCandidates = 1_000;
    private const double Factor = 3;

    // With so many calls on each connection the server, and not the generator, holds up what is too much.
    private const int Streams = 100;

    private const double MinAnswered = 0.8;
    private const double Whole = 100;
    private const double MinRefusedPercent = 99;

    // What piles up before the silo refuses is answered then, late.
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(3);

    // What comes soon after an overload is refused at once.
    private static readonly TimeSpan AfterOverload = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        var requests = PeersBench.RequestsOf(sizes.PickIds());
        foreach (var candidates in (int[])[200, DearCandidates])
        {
            await Task.Delay(AfterOverload);
            await CaseSilo.ApplyAsync(CaseCatalog.Define(candidates));
            await PeersBench.WarmAsync($"Zhice, {candidates} candidates", CaseSilo.Port, requests);
            var (most, goodput, refused) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < sizes.Rounds; round++)
            {
                var plan = new LoadPlan(new(CaseSilo.Port), requests, sizes.Length);
                most.Add((await LoadRun.RunAsync(plan)).PerSecond);
                var result = await LoadRun.RunAsync(plan with { PerSecond = most[^1] * Factor, Streams = Streams, Warming = Beginning });
                goodput.Add(result.GoodputPerSecond / most[^1]);
                var rest = result.Refused + result.Failed + result.Unsent;
                refused.Add(rest == 0 ? Whole : Whole * result.RefusedWithin50Ms / rest);
                report.AddNote($"Overload, {candidates} candidates, round {round + 1}", ToText(result));
            }

            var isDear = candidates == DearCandidates;
            report.Add(new(Bench, $"{candidates} candidates: the maximum", "/s", most));
            report.Add(new(Bench, $"{candidates} candidates, 3x: answered, over the maximum", "", goodput) { Bar = isDear ? MinAnswered : null });
            report.Add(new(Bench, $"{candidates} candidates, 3x: of the others, refused within 50 ms", "%", refused)
            {
                Bar = isDear ? MinRefusedPercent : null,
            });
        }
    }

    private static string ToText(LoadResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Answered} answered, p99 {result.P99Ms:0.0} ms; {result.Refused} refused, p99 {result.RefusedP99Ms:0.0} ms; ")
        + $"{result.Failed} failed; {result.Unsent} found no connection";
}
