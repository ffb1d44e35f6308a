using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Zhice.SystemTests.Hostile;

/// <summary>A receiver of webhooks whose first answers have headers that never end, and all others a body that never ends.</summary>
internal sealed class EndlessReceiver : IDisposable
{
    private const int OfHeaders = 3;

    private static readonly byte[] Begin = "HTTP/1.1 200 OK\r\n"u8.ToArray();
    private static readonly byte[] EndOfHeaders = "Transfer-Encoding: chunked\r\n\r\n"u8.ToArray();
    private static readonly byte[] Header = Encoding.ASCII.GetBytes($"X: {new string('y', 1_000)}\r\n");
    private static readonly byte[] Chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('z', 0x10000)}\r\n");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private int _requests;

    public EndlessReceiver()
    {
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Url => $"http://{_listener.LocalEndpoint}/contacts";

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
    }

    private async Task AnswerAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var stream = connection.GetStream();
                await stream.ReadAtLeastAsync(new byte[64 << 10], 1, throwOnEndOfStream: false, _end.Token);
                var isOfHeaders = Interlocked.Increment(ref _requests) <= OfHeaders;
                await stream.WriteAsync(isOfHeaders ? Begin : [.. Begin, .. EndOfHeaders], _end.Token);
                while (true)
                {
                    await stream.WriteAsync(isOfHeaders ? Header : Chunk, _end.Token);
                }
            }
            catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The silo has heard enough.
            }
        }
    }
}
