using Zhice.Bench.Load;

namespace Zhice.Bench.Bars;

/// <summary>Peers with different settings, by turns: so that each runs with the best of those tried.</summary>
internal static class TuneBench
{
    private static readonly Dictionary<string, string[][]> Tried = new()
    {
        [PeerField.Redis] =
        [
            ["--Connections=1"], ["--Connections=2"], ["--Connections=4"], ["--Connections=2", "--Read=script"],
        ],
        [PeerField.Garnet] = [["--Connections=1"], ["--Connections=2"], ["--Connections=4"]],
        [PeerField.Postgres] = [["--Connections=4"], ["--Connections=8"], ["--Connections=16"], ["--Multiplexing=true"]],
        [PeerField.Akka] = [["--Executor=default-executor"], ["--Executor=channel-executor"], ["--Executor=fork-join-executor"]],
    };

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var field = await PeerField.StartAsync(sizes);
        var requests = PeersBench.RequestsOf(sizes.PickIds());
        foreach (var (peer, tries) in Tried)
        {
            var ports = new List<int>();
            foreach (var settings in tries)
            {
                var port = await field.AddAsync(peer, settings);
                ports.Add(port);
                await LoadRun.RunAsync(new LoadPlan(new(port), requests, TimeSpan.Zero) { OnceEach = true });
            }

            var rates = ports.ToDictionary(static port => port, static _ => new List<double>());
            for (var round = 0; round < sizes.Rounds; round++)
            {
                foreach (var port in ports)
                {
                    rates[port].Add((await LoadRun.RunAsync(new LoadPlan(new(port), requests, sizes.Length))).PerSecond);
                }
            }

            foreach (var (settings, port) in tries.Zip(ports))
            {
                report.Add(new("tune", $"{peer} {string.Join(' ', settings)}", "/s", rates[port]));
            }
        }
    }
}
