using System.Net;
using System.Net.Sockets;

namespace Zhice.Grains.Deliveries.Webhooks;

/// <summary>
/// Connects to the receiver of a webhook. A name that leads to this machine or to a link-local address, as that of a cloud's metadata
/// service, is refused: whoever answers for the name would reach what only this machine may reach. The addresses that were checked are
/// those that are connected to, so that a name cannot lead elsewhere in between (DNS rebinding).
/// </summary>
internal static class WebhookConnection
{
    /// <summary>Connects to an address of the host that is not of this machine or link.</summary>
    /// <exception cref="HttpRequestException">The host has none.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
        if (Array.Find(addresses, IsLocal) is { } local)
        {
            throw new HttpRequestException($"{host} leads to {local}, an address of this machine or link; AllowLocal would allow it.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether an address is of this machine, of its link, or of nobody.</summary>
    public static bool IsLocal(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(plain)
            || plain.IsIPv6LinkLocal || plain.IsIPv6Multicast || plain.Equals(IPAddress.IPv6Any)
            || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..] or [0, ..] or [>= 224, ..]);
    }
}
