using Spectre.Console;

namespace Zhice.Silo;

/// <summary>What is said once the silo is ready: where everything is, and what to try first.</summary>
internal static class StartScreen
{
    public static async Task ShowAsync(SiloSettings settings, string folder, TimeSpan took, bool isDayPlayed)
    {
        var host = settings.Address is "0.0.0.0" ? "127.0.0.1" : settings.Address;
        var lines = new List<(string What, string Where)>
        {
            ("gRPC", $"{settings.Scheme}://{host}:{settings.GrpcPort}"),
            ("REST", $"{settings.Scheme}://{host}:{settings.HttpPort}/v1/"),
            ("Console", $"{settings.Scheme}://{host}:{settings.HttpPort}/"),
        };
        if (!settings.Identity.IsOn)
        {
            lines.Add(("Identity", "development: every caller is the developer, with all roles; on this machine only"));
        }

        if (settings.Dashboard == true)
        {
            lines.Add(("Dashboard", $"{settings.Scheme}://{host}:{settings.HttpPort}/dashboard/"));
        }

        lines.Add(
            settings.IsOnPostgres ? ("Cluster", $"{settings.ClusterName} of service {settings.ServiceId}, on PostgreSQL")
            : settings.IsInMemory ? ("Data", "in memory: nothing is left when this ends")
            : ("Data", folder));
        var audit = settings.GetAudit(folder);
        lines.Add(("Audit", $"checkpoints are signed by {audit.SigningKeyFile ?? "a key that ends with this process"}, and go to {audit.CheckpointFolder ?? "the store alone"}"));
        var address = settings.GrpcPort == new SiloSettings().GrpcPort ? "" : $" --address {settings.Scheme}://{host}:{settings.GrpcPort}";
        lines.Add(("Try", $"dotnet run -c Release --project client/Zhice.Cli -- recommend bm-000001 app_home{address}"));

        if (isDayPlayed)
        {
            lines.Add(("Traffic", "a day of it is played now, in the background, so that each page of the console has something to show"));
        }
        else if (settings.IsSampleWanted && !settings.Identity.IsOn)
        {
            lines.Add(("Traffic", $"dotnet run -c Release --project client/Zhice.Cli -- sample play{address} (a day of it, so that each page has something to show)"));
        }

        await Console.Out.WriteLineAsync(FormattableString.Invariant($"Zhice.Grains is ready after {took.TotalSeconds:0.0} s"));
        foreach (var (what, where) in lines)
        {
            await Console.Out.WriteLineAsync($"  {what,-10} {where}");
        }
    }
}
