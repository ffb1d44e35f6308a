using System.Net;
using System.Net.Sockets;

namespace Zhice.Hosting;

/// <summary>Looks before anything is started whether a port is free, so that a taken one is told in a sentence.</summary>
public static class FreePorts
{
    /// <exception cref="StartRefusedException">The port is taken, or the address is not this machine's.</exception>
    public static void Check(string address, int port, string setting)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Parse(address), port);
            listener.Start();
        }
        catch (SocketException fault)
        {
            throw new StartRefusedException(
                $"{address}:{port} cannot be listened on ({fault.Message}). Is it in use? Choose another by --{HostSettings.Section}:{setting}=PORT.",
                fault);
        }
    }
}
