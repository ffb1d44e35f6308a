using System.Diagnostics;

namespace Zhice.Bench.Load;

/// <summary>Makes the calls of a plan, each lane on a thread of its own, and adds up what became of them.</summary>
internal static class LoadRun
{
    private const double MillisecondUs = 1_000;

    public static Task<LoadResult> RunAsync(LoadPlan plan) => Task.Factory.StartNew(() => Run(plan), TaskCreationOptions.LongRunning);

    private static LoadResult Run(LoadPlan plan)
    {
        var lanes = Enumerable.Range(0, plan.Lanes).Select(number => new LoadLane(plan, number)).ToArray();
        var faults = new Exception?[lanes.Length];
        var begin = Stopwatch.GetTimestamp();
        var threads = lanes.Select((lane, number) => new Thread(() =>
        {
            try
            {
                lane.Run(begin);
            }
            catch (Exception fault)
            {
                faults[number] = fault;
            }
        })).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        var took = plan.OnceEach ? Stopwatch.GetElapsedTime(begin) : plan.Length;
        Array.ForEach(lanes, static lane => lane.Dispose());
        if (Array.Find(faults, static fault => fault is not null) is { } fault)
        {
            throw new InvalidOperationException($"A load on port {plan.Method.Port} broke off: {fault.Message}", fault);
        }

        var tally = lanes[0].Tally;
        foreach (var lane in lanes.Skip(1))
        {
            tally.Add(lane.Tally);
        }

        return ToResult(tally, took);
    }

    private static LoadResult ToResult(LoadTally tally, TimeSpan took) => new()
    {
        PerSecond = tally.Answered.Count / took.TotalSeconds,
        GoodputPerSecond = tally.AnsweredWithin / took.TotalSeconds,
        P50Ms = tally.Answered.AtUs(0.5) / MillisecondUs,
        P99Ms = tally.Answered.AtUs(0.99) / MillisecondUs,
        P999Ms = tally.Answered.AtUs(0.999) / MillisecondUs,
        MostMs = tally.Answered.MostUs / MillisecondUs,
        Answered = tally.Answered.Count,
        Refused = tally.Refused.Count,
        RefusedP99Ms = tally.Refused.AtUs(0.99) / MillisecondUs,
        RefusedWithin50Ms = tally.Refused.CountUpTo(50_000),
        Failed = tally.Failed,
        Unsent = tally.Unsent,
        P99MsBySecond = [.. tally.BySecond.Select(static second => second.AtUs(0.99) / MillisecondUs)],
        PerSecondBySecond = [.. tally.BySecond.Select(static second => second.Count)],
    };
}

/// <summary>What a load gave. Times count from when a call was due.</summary>
internal sealed record LoadResult
{
    /// <summary>Answered calls a second.</summary>
    public double PerSecond { get; init; }

    /// <summary>Answers a second that came within the measured part, whenever their calls were due.</summary>
    public double GoodputPerSecond { get; init; }

    public double P50Ms { get; init; }

    public double P99Ms { get; init; }

    public double P999Ms { get; init; }

    public double MostMs { get; init; }

    public long Answered { get; init; }

    /// <summary>Calls that the server refused as too many.</summary>
    public long Refused { get; init; }

    public double RefusedP99Ms { get; init; }

    public long RefusedWithin50Ms { get; init; }

    /// <summary>Calls that failed otherwise, or that had no answer 10 seconds after the end.</summary>
    public long Failed { get; init; }

    /// <summary>Calls that were due and found no free connection until the end.</summary>
    public long Unsent { get; init; }

    public IReadOnlyList<double> P99MsBySecond { get; init; } = [];

    public IReadOnlyList<long> PerSecondBySecond { get; init; } = [];
}
