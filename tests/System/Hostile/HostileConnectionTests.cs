using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Hostile;

/// <summary>Connections that open streams without end, and callers that name customers without end.</summary>
[Collection(HostileTests.Name)]
public sealed class HostileConnectionTests(HostileBank bank)
{
    private const byte HeadersFrame = 1;
    private const byte ResetFrame = 3;
    private const byte SettingsFrame = 4;
    private const byte EndHeaders = 4;
    private const int MaxLogBytes = 1 << 20;

    private static readonly TimeSpan Attack = TimeSpan.FromSeconds(5);

    [Fact]
    public Task Streams_that_are_reset_as_soon_as_they_are_opened_stop_nobody_and_fill_no_log() => bank.AttackAsync(async silo =>
    {
        var logged = silo.Log.Length;
        using var end = new CancellationTokenSource(Attack);

        var resets = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ResetAsync(silo, end.Token))));

        TestContext.Current.TestOutputHelper?.WriteLine($"{resets.Sum()} resets");
        Assert.All(resets, static count => Assert.InRange(count, 1_000, int.MaxValue));
        Assert.InRange(silo.Log.Length - logged, 0, MaxLogBytes);
    });

    [Fact]
    public Task Customers_that_nobody_knows_fill_no_memory() => bank.AttackAsync(async silo =>
    {
        // Of 3.6 KB each, if all of them stayed.
        const int Customers = 120_000;
        const int Callers = 16;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var n = caller; n < Customers; n += Callers)
            {
                await silo.Recommendations.RecommendAsync(new() { CustomerId = $"nobody-{n}", PlacementId = "app_home" });
            }
        })));
    });

    // Opens streams and resets them, on a new connection whenever the silo closes the one before.
    private static async Task<int> ResetAsync(SiloProcess silo, CancellationToken end)
    {
        var address = new Uri(silo.GrpcAddress);
        var headers = Headers(address.Authority);
        var resets = 0;
        while (!end.IsCancellationRequested)
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(address.Host, address.Port, CancellationToken.None);
            var stream = connection.GetStream();
            var drained = stream.CopyToAsync(Stream.Null, CancellationToken.None);
            try
            {
                await stream.WriteAsync(
                    (byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(SettingsFrame, 0, 0, [])], CancellationToken.None);
                for (var id = 1; id < 1_000_000 && !end.IsCancellationRequested; id += 200)
                {
                    var frames = Enumerable.Range(0, 100).SelectMany(n => (byte[])
                    [
                        .. Frame(HeadersFrame, EndHeaders, id + (2 * n), headers), .. Frame(ResetFrame, 0, id + (2 * n), [0, 0, 0, 8]),
                    ]);
                    await stream.WriteAsync(frames.ToArray(), CancellationToken.None);
                    resets += 100;
                }
            }
            catch (IOException)
            {
                // It was closed: so is the next, if it does the same.
            }

            connection.Close();
            await drained.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return resets;
    }

    private static byte[] Frame(byte type, byte flags, int streamId, ReadOnlySpan<byte> content)
    {
        var frame = new byte[9 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        content.CopyTo(frame.AsSpan(9));
        return frame;
    }

    // HPACK: :method POST and :scheme http by their numbers in the static table, the others by name or by number and value.
    private static byte[] Headers(string authority) =>
    [
        0x83, 0x86,
        0x04, .. Text("/zhice.v1.RecommendationService/Recommend"),
        0x01, .. Text(authority),
        0x00, .. Text("content-type"), .. Text("application/grpc"),
        0x00, .. Text("te"), .. Text("trailers"),
    ];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
