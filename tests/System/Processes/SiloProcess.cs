namespace Zhice.SystemTests.Processes;

/// <summary>The product as a process of its own, on a data folder and ports of its own.</summary>
internal sealed class SiloProcess : ServiceProcess
{
    private SiloProcess(string data, int[] ports, string[] settings, string[] runBy)
        : base(
            Repository.Silo,
            "Zhice.Grains is ready",
            ports,
            [
                $"--Zhice:Data={data}", $"--Zhice:SiloPort={ports[2]}", $"--Zhice:GatewayPort={ports[3]}", "--Zhice:Dashboard=false",
                "--Zhice:WarmUp=00:00:00", .. settings],
            runBy)
    {
    }

    /// <summary>The port at which gateways and other clients of Orleans find it.</summary>
    public int GatewayPort => Ports[3];

    /// <summary>Starts the product and waits until it says that it is ready.</summary>
    public static Task<SiloProcess> StartAsync(string data, params string[] settings) => StartAsync(data, FreePorts(4), settings);

    /// <summary>The same on given ports: of gRPC, HTTP, silo and Orleans' gateway.</summary>
    public static Task<SiloProcess> StartAsync(string data, int[] ports, params string[] settings) =>
        StartByAsync([], data, ports, settings);

    /// <summary>The same by a program that becomes the process, such as env or setpriv.</summary>
    public static async Task<SiloProcess> StartByAsync(string[] runBy, string data, int[] ports, params string[] settings)
    {
        var silo = new SiloProcess(data, ports, settings, runBy);
        await silo.UntilReadyAsync();
        return silo;
    }

    /// <summary>Starts it with the catalogue of <see cref="SmallCatalog"/> and no customers.</summary>
    public static async Task<SiloProcess> StartSmallAsync(string data, params string[] settings)
    {
        var silo = await StartAsync(data, ["--Zhice:Sample=false", .. settings]);
        await silo.Catalog.ApplyCatalogAsync(new ApplyCatalogRequest { Catalog = SmallCatalog.Create(), RequestId = "small" });
        return silo;
    }
}
