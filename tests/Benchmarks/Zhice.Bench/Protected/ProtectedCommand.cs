using System.CommandLine;
using System.Globalization;
using Zhice.Bench.Cold;
using Zhice.Bench.Running;
using Zhice.Postgres;
using Zhice.Storage.Background;
using Zhice.TestBank;

namespace Zhice.Bench.Protected;

/// <summary>What a caller of recommendations notices of work that would take all of a silo.</summary>
internal static class ProtectedCommand
{
    private const double MaxMs = 50;
    private const long MaxGrowthMiB = 300;

    // Without any other work a caller on an idle machine has 5 to 15 ms.
    private const double MaxQuietMs = 25;

    private static readonly TimeSpan Head = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SampledEvery = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var rate = new Option<int>("--rate") { Description = "Recommendations a second.", DefaultValueFactory = _ => 200 };
        var seconds = new Option<int>("--seconds") { Description = "How long each kind of work goes on.", DefaultValueFactory = _ => 20 };
        var nice = new Option<int>("--nice")
        {
            Description = "How much the callers that send the work give way: they share the machine with the silo, which those of a bank do not.", DefaultValueFactory = _ => 5,
        };
        var only = new Option<string>("--only") { Description = "Only the kinds of work whose name contains this.", DefaultValueFactory = _ => "" };
        var command = new Command(
            "protected",
            "A caller at 200 recommendations a second on one silo on a real PostgreSQL, alone and beside 20 simulations, 100 exports, 40 event streams at full speed "
            + "and 64 dear audience counts. The bars: no failed call, 50 ms p99, and 300 MB of growth.")
        {
            rate, seconds, nice, only,
        };
        command.SetAction((parsed, _) =>
            RunAsync(parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(nice), parsed.GetValue(only)!));
        return command;
    }

    private static async Task<int> RunAsync(int rate, int seconds, int nice, string only)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        var folder = Directory.CreateTempSubdirectory("zhice-protected-").FullName;
        try
        {
            await using var silo = await ColdSilo.StartWithSampleBankAsync(store, folder);
            await CallAsync(rate, seconds); // Compiled and in memory.
            await Child.RunSelfNicelyAsync(0, [BackgroundCommand.Name, "--kind", "64 audience counts", "--seconds", "5"]); // The index is there.
            Print("beside", "calls", "failed", "p50 ms", "p99 ms", "alone p99", "growth MiB", "done", "");
            var isHeld = true;
            foreach (var kind in BackgroundCommand.Kinds.Keys.Where(kind => kind.Contains(only, StringComparison.Ordinal)))
            {
                isHeld &= await BesideAsync(silo, kind, rate, seconds, nice);
            }

            await silo.StopAsync();
            return isHeld ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> BesideAsync(ColdSilo silo, string kind, int rate, int seconds, int nice)
    {
        var alone = await CallAsync(rate, Math.Max(5, seconds / 2));
        using var sampling = new CancellationTokenSource();
        var growth = GrowthAsync(silo, sampling.Token);
        var work = Child.RunSelfNicelyAsync(
            nice, [BackgroundCommand.Name, "--kind", kind, "--seconds", $"{seconds + (2 * (int)Head.TotalSeconds)}"]);
        await Task.Delay(Head);
        var beside = await CallAsync(rate, seconds);
        var done = long.Parse(await work, CultureInfo.InvariantCulture);
        await sampling.CancelAsync();
        var grown = await growth >> 20;
        var verdict = beside.Failed > 0 || grown > MaxGrowthMiB ? "FAILS"
            : beside.P99 <= MaxMs ? "holds"
            : alone.P99 > MaxQuietMs ? "not judged: the machine is busy with something else"
            : "FAILS";
        Print(
            kind, $"{beside.Calls}", $"{beside.Failed}", Text(beside.P50), Text(beside.P99), Text(alone.P99), $"{grown}",
            done.ToString("N0", CultureInfo.InvariantCulture), verdict);
        return verdict != "FAILS";
    }

    private static async Task<Called> CallAsync(int rate, int seconds)
    {
        var said = await Child.RunSelfAsync(
            [CallerCommand.Name, "--rate", $"{rate}", "--seconds", $"{seconds}"], new Dictionary<string, string>(), default);
        var parts = said.Split(' ', StringSplitOptions.TrimEntries);
        return new(
            int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture),
            double.Parse(parts[2], CultureInfo.InvariantCulture), double.Parse(parts[3], CultureInfo.InvariantCulture));
    }

    /// <summary>By how much the silo's memory exceeds that at the beginning, at the most.</summary>
    private static async Task<long> GrowthAsync(ColdSilo silo, CancellationToken end)
    {
        var (before, most) = (silo.ResidentBytes, 0L);
        while (!end.IsCancellationRequested)
        {
            most = Math.Max(most, silo.ResidentBytes - before);
            await Task.Delay(SampledEvery, CancellationToken.None);
        }

        return most;
    }

    private static string Text(double ms) => ms.ToString("0.0", CultureInfo.InvariantCulture);

    private static void Print(
        string kind, string calls, string failed, string p50, string p99, string alone, string growth, string done, string verdict) =>
        Console.WriteLine($"{kind,-20}{calls,8}{failed,8}{p50,9}{p99,9}{alone,11}{growth,12}{done,12}  {verdict}");

    private readonly record struct Called(int Calls, int Failed, double P50, double P99);
}
