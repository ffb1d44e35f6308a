using System.Diagnostics;
using System.Globalization;
using Zhice.Bench.Load;
using Zhice.Bench.Profiles;

namespace Zhice.Bench.Bars;

/// <summary>Where the silo's time goes while it answers as many recommendations as it can: a flame graph, by perf.</summary>
internal static class ProfileBench
{
    private const string Picture = "recommend.svg";
    private const int SamplesPerSecond = 499;

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        // perf finds the names of compiled code in a file, and only where that code is in memory of its own.
        Environment.SetEnvironmentVariable("DOTNET_PerfMapEnabled", "1");
        Environment.SetEnvironmentVariable("DOTNET_EnableWriteXorExecute", "0");
        var recording = Path.GetTempFileName();
        try
        {
            await using var silo = await CaseSilo.StartAsync(sizes);
            var requests = PeersBench.RequestsOf(sizes.PickIds());
            await PeersBench.WarmAsync("Zhice", CaseSilo.Port, requests);
            var load = LoadRun.RunAsync(new LoadPlan(new(CaseSilo.Port), requests, sizes.Length + sizes.Length));
            await RecordAsync(silo.ProcessId, recording, sizes.Length);
            report.Add(new("profile", "recommendations while perf records", "/s", [(await load).PerSecond]));
            var stacks = await FoldedStacks.ReadAsync(recording);
            var title = string.Create(CultureInfo.InvariantCulture, $"Silo, Recommend of {sizes.Active:N0} customers at random");
            report.AddPicture(Picture, FlameGraph.Draw(title, stacks.Root));
            report.AddNote("Where the silo's time goes", $"{Picture} is the flame graph.");
            foreach (var names in (string[])["perf", "perfinfo"])
            {
                File.Delete(Path.Combine(Path.GetTempPath(), $"{names}-{silo.ProcessId}.map"));
            }
        }
        finally
        {
            File.Delete(recording);
            Environment.SetEnvironmentVariable("DOTNET_PerfMapEnabled", null);
            Environment.SetEnvironmentVariable("DOTNET_EnableWriteXorExecute", null);
        }
    }

    private static async Task RecordAsync(int processId, string recording, TimeSpan length)
    {
        using var perf = Process.Start(new ProcessStartInfo(
            "perf",
            [
                "record", "-q", "-g", "-F", SamplesPerSecond.ToString(CultureInfo.InvariantCulture), "-p",
                processId.ToString(CultureInfo.InvariantCulture), "-o", recording, "--", "sleep",
                length.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ])
        {
            RedirectStandardError = true,
        })!;
        var faults = perf.StandardError.ReadToEndAsync();
        await perf.WaitForExitAsync();
        if (perf.ExitCode != 0)
        {
            throw new InvalidOperationException($"perf record: {await faults}");
        }
    }
}
