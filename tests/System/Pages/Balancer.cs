using System.Net;
using System.Net.Sockets;

namespace Zhice.SystemTests.Pages;

/// <summary>Passes each connection on to the first host that takes it, as a balancer with checks does; in this process.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int[] _ports;
    private readonly Task _accepting;

    public Balancer(params string[] hosts)
    {
        _ports = [.. hosts.Select(static host => new Uri(host).Port)];
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Its address.</summary>
    public string Address => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is stopped.
        }
    }

    // It never throws: what a host drops, the browser sees dropped.
    private async Task PassAsync(TcpClient client)
    {
        using (client)
        {
            foreach (var port in _ports)
            {
                using var host = new TcpClient();
                try
                {
                    await host.ConnectAsync(IPAddress.Loopback, port, _stopping.Token);
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException)
                {
                    continue;
                }

                try
                {
                    await Task.WhenAny(
                        client.GetStream().CopyToAsync(host.GetStream(), _stopping.Token), host.GetStream().CopyToAsync(client.GetStream(), _stopping.Token));
                }
                catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
                {
                    // One of the two has gone.
                }

                return;
            }
        }
    }
}
