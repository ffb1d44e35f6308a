using System.Net;
using System.Net.Sockets;

namespace Zhice.Silo;

/// <summary>Looks before anything is started whether the ports are free, so that a taken one is told in a sentence.</summary>
internal static class FreePorts
{
    /// <exception cref="StartRefusedException">A port is taken, or the address is not this machine's.</exception>
    public static void Check(SiloSettings settings)
    {
        var address = IPAddress.Parse(settings.Address);
        Check(address, settings.GrpcPort, nameof(settings.GrpcPort));
        Check(address, settings.HttpPort, nameof(settings.HttpPort));
        Check(IPAddress.Loopback, settings.SiloPort, nameof(settings.SiloPort));
        Check(IPAddress.Loopback, settings.GatewayPort, nameof(settings.GatewayPort));
    }

    private static void Check(IPAddress address, int port, string setting)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException fault)
        {
            throw new StartRefusedException(
                $"{address}:{port} cannot be listened on ({fault.Message}). Is it in use? Choose another by --{SiloSettings.Section}:{setting}=PORT.",
                fault);
        }
    }
}
