using Zhice.Bench.Load;

namespace Zhice.Bench.Bars;

/// <summary>Recommend of 1 to 3 silos behind the balancer of deploy/cluster.sh, on the same processors.</summary>
internal static class SilosBench
{
    private const int BasePort = 7700;
    private const int MostSilos = 3;
    private const double Bar = 0.8;
    private const int Settled = 4;

    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // The balancer looks twice at a silo, half a second apart, before it takes it.
    private static readonly TimeSpan BalancerLooks = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        await silo.StopAsync(); // Its database has customers, a catalogue and models.
        var requests = PeersBench.RequestsOf(sizes.PickIds());
        var byCount = new Dictionary<int, IReadOnlyList<double>>();
        for (var count = 1; count <= MostSilos; count++)
        {
            var rounds = await MeasureAsync(count, silo, requests, sizes);
            byCount[count] = [.. rounds.Select(static result => result.PerSecond)];
            report.Add(new("silos", $"{count} behind the balancer", "/s", byCount[count]));
            if (rounds.Sum(static result => result.Refused + result.Failed) is var lost and > 0)
            {
                // The balancer gives a silo up that answers no check within half a second.
                report.AddNote($"{count} behind the balancer", $"{lost} calls were refused or failed: the machine has other work.");
            }
        }

        report.Add(new("silos", $"{MostSilos} over 1", "", [.. byCount[MostSilos].Zip(byCount[1], static (many, one) => many / one)])
        {
            Bar = Bar,
        });
        report.AddNote(
            "Rate by silos, and the Universal Scalability Law",
            ScalingFit.Of([.. byCount.Select(Point)]).ToText([.. byCount.Select(Point)]));

        static (int, double) Point(KeyValuePair<int, IReadOnlyList<double>> silos) => (silos.Key, Running.Spread.Of(silos.Value).Median);
    }

    private static async Task<IReadOnlyList<LoadResult>> MeasureAsync(int count, CaseSilo silo, RequestSource requests, BarSizes sizes)
    {
        var folder = Directory.CreateTempSubdirectory("zhice-silos-").FullName;
        await using var cluster = await PeerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "../../../../../../deploy/cluster.sh"), BasePort + 1,
            $"{count}", "--port", $"{BasePort}", "--data", folder, "--connection", silo.Store.Store.ConnectionString, "--balancer", "--",
            $"--Zhice:ServiceId={silo.Store.Store.ServiceId}", "--Zhice:Dashboard=false", "--Zhice:DrainDelay=00:00:00");
        try
        {
            await UntilReadyAsync(count, requests);
            var plan = new LoadPlan(new(BasePort + 1, SendsCustomer: true), requests, sizes.Length);
            await LoadRun.RunAsync(plan with { OnceEach = true });
            await LoadRun.RunAsync(plan with { Length = Warming });
            var rounds = new List<LoadResult>();
            for (var round = 0; round < sizes.Rounds; round++)
            {
                rounds.Add(await LoadRun.RunAsync(plan));
            }

            return rounds;
        }
        finally
        {
            await cluster.TerminateAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task UntilReadyAsync(int count, RequestSource requests)
    {
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        for (var number = 1; number <= count; number++)
        {
            while (!await IsReadyAsync(http, BasePort + (10 * number), patience.Token))
            {
                await Task.Delay(200, patience.Token);
            }
        }

        // A customer stays where the first call arrives: all silos must be there before.
        await Task.Delay(BalancerLooks, patience.Token);
        for (var settled = 0; settled < Settled; await Task.Delay(200, patience.Token))
        {
            var plan = new LoadPlan(new(BasePort + 1, SendsCustomer: true), requests, TimeSpan.FromSeconds(0.5));
            var tried = await LoadRun.RunAsync(plan with { Warming = TimeSpan.Zero });
            settled = tried.Answered > 0 && tried.Refused + tried.Failed == 0 ? settled + 1 : 0;
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, int port, CancellationToken cancellation)
    {
        try
        {
            return (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/healthz"), cancellation)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
