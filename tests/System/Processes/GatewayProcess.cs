namespace Zhice.SystemTests.Processes;

/// <summary>The API as an own process before the silos.</summary>
internal sealed class GatewayProcess : ServiceProcess
{
    private GatewayProcess(string[] settings)
        : base(Repository.Gateway, "Zhice.Gateway is ready", FreePorts(2), settings)
    {
    }

    /// <summary>Starts it before one silo on SQLite, and waits until it says that it is ready.</summary>
    public static Task<GatewayProcess> StartAsync(SiloProcess silo) => StartAsync($"--Zhice:Silos=127.0.0.1:{silo.GatewayPort}");

    /// <summary>Starts it with settings, and waits until it says that it is ready.</summary>
    public static async Task<GatewayProcess> StartAsync(params string[] settings)
    {
        var gateway = new GatewayProcess(settings);
        await gateway.UntilReadyAsync();
        return gateway;
    }

    /// <summary>Starts it and does not wait.</summary>
    public static GatewayProcess Begin(params string[] settings) => new(settings);
}
