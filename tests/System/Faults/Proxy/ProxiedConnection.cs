using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Zhice.SystemTests.Faults.Proxy;

/// <summary>One client's connection and the one to the server behind it.</summary>
internal sealed class ProxiedConnection(DatabaseProxy proxy, Socket client)
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly FrontendMessages _messages = new();
    private readonly CancellationTokenSource _cut = new();
    private volatile bool _isDeaf;

    public void Cut()
    {
        try
        {
            _cut.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    /// <summary>Never throws: whatever ends one side ends the other.</summary>
    public async Task RunAsync(int upstreamPort, CancellationToken end)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token, end);
        try
        {
            client.NoDelay = true;
            await proxy.WhenOpenAsync(stop.Token);
            await _server.ConnectAsync(IPAddress.Loopback, upstreamPort, stop.Token);
            var toServer = PumpAsync(client, _server, () => proxy.DelayToServer, UpToCommit, stop.Token);
            var toClient = PumpAsync(_server, client, () => proxy.DelayToClient, bytes => (_isDeaf ? 0 : bytes.Length, false), stop.Token);
            var ended = await Task.WhenAny(toServer, toClient);
            if (ended == toServer && await toServer)
            {
                await LetServerFinishAsync(end);
            }

            await stop.CancelAsync();
            await Task.WhenAll(toServer, toClient);
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // Cut, or no server.
        }
        finally
        {
            CloseHard(client);
            _server.Dispose();
            _cut.Dispose();
        }
    }

    // How many of the bytes go on, and whether the connection is cut after them.
    private (int Length, bool IsCut) UpToCommit(ReadOnlySpan<byte> bytes)
    {
        foreach (var commit in _messages.Read(bytes))
        {
            if (proxy.Judge(commit) is { } cut)
            {
                _isDeaf = true; // Before the server can answer.
                return (cut == CommitCut.After ? commit.End : commit.Start, true);
            }
        }

        return (bytes.Length, false);
    }

    private delegate (int Length, bool IsCut) Filter(ReadOnlySpan<byte> bytes);

    // True when it ended by a cut of ours. Bytes are late by the delay, however many follow one another.
    private async Task<bool> PumpAsync(Socket from, Socket to, Func<TimeSpan> delay, Filter filter, CancellationToken stop)
    {
        var late = global::System.Threading.Channels.Channel.CreateBounded<(byte[] Bytes, long Due, bool IsCut)>(256);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var reading = ReadAsync();
        try
        {
            await foreach (var (bytes, due, isCut) in late.Reader.ReadAllAsync(both.Token))
            {
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, both.Token);
                }

                await proxy.WhenOpenAsync(both.Token);
                await to.SendAsync(bytes, both.Token);
                if (isCut)
                {
                    return true;
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other side went.
        }
        finally
        {
            await both.CancelAsync();
            await reading;
        }

        return false;

        async Task ReadAsync()
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer, both.Token) is > 0 and var count)
                {
                    var (length, isCut) = filter(buffer.AsSpan(0, count));
                    var due = Stopwatch.GetTimestamp() + (long)(delay().TotalSeconds * Stopwatch.Frequency);
                    await late.Writer.WriteAsync((buffer[..length], due, isCut), both.Token);
                    if (isCut)
                    {
                        break;
                    }
                }
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The side that is read went.
            }

            late.Writer.TryComplete();
        }
    }

    // The client hears nothing more at once; the server is given the time to do what it was told, and sees the end after.
    private async Task LetServerFinishAsync(CancellationToken end)
    {
        CloseHard(client);
        _server.Shutdown(SocketShutdown.Send);
        var buffer = new byte[16 * 1024];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while (await _server.ReceiveAsync(buffer, limit.Token) > 0)
        {
            // Its answers are lost.
        }
    }

    private static void CloseHard(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception fault) when (fault is ObjectDisposedException or SocketException)
        {
            // Closed already.
        }

        socket.Dispose();
    }
}
