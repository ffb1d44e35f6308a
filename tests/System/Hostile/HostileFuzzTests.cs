using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Zhice.SystemTests.Security;

namespace Zhice.SystemTests.Hostile;

/// <summary>
/// Messages and frames by chance: each is refused with a reason or served, and none is a fault of the silo. It has a silo of its own, as
/// some of the messages are calls that change it.
/// </summary>
[Collection(HostileTests.Name)]
public sealed class HostileFuzzTests(ChangedBank bank, ITestOutputHelper output) : IClassFixture<ChangedBank>
{
    private const int Callers = 16;
    private const int Messages = 80_000;
    private const int Connections = 1_000;
    private const int FramesOnEach = 20;

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly MethodDescriptor[] Calls =
        [.. RawMethods.All.Where(static method => !method.IsClientStreaming && !method.IsServerStreaming && !IsSlow(method))];
    private static readonly MethodDescriptor[] Others = [.. RawMethods.All.Except(Calls)];

    // Of those that wait for something, or go over all customers, there are fewer: each may take until its deadline.
    private static bool IsSlow(MethodDescriptor method) =>
        method.Name is "WaitOperation" or "EraseCustomer" or "Export" or "Import" or "RollbackCatalog" or "ApplyErasures";

    [Fact]
    public Task Messages_by_chance_are_answered_and_never_a_fault_of_the_silo() => bank.AttackAsync(async silo =>
    {
        var faults = new ConcurrentQueue<string>();
        var counts = new ConcurrentDictionary<StatusCode, int>();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            using var channel = GrpcChannel.ForAddress(silo.GrpcAddress);
            var (messages, chance) = (new RandomMessages(caller), new Random(caller));
            for (var n = 0; n < Messages / Callers; n++)
            {
                var method = n % 200 == 0 ? Others[chance.Next(Others.Length)] : Calls[chance.Next(Calls.Length)];
                var message = messages.Next(method.InputType);
                var status = await CallAsync(channel, method, message);
                counts.AddOrUpdate(status.StatusCode, 1, static (_, count) => count + 1);
                if (status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss)
                {
                    faults.Enqueue($"{method.FullName} {status}: {Convert.ToHexString(message)}");
                }
            }
        })));

        output.WriteLine(string.Join('\n', faults));
        output.WriteLine(
            string.Join(
                ", ", counts.OrderByDescending(static count => count.Value).Select(static count => $"{count.Key} {count.Value:N0}")));
        Assert.Empty(faults.Take(20));
    });

    [Fact]
    public Task Frames_by_chance_end_their_own_connection_at_most() => bank.AttackAsync(async silo =>
    {
        var address = new Uri(silo.GrpcAddress);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var chance = new Random(caller);
            for (var n = caller; n < Connections; n += Callers)
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(address.Host, address.Port);
                var stream = connection.GetStream();
                _ = stream.CopyToAsync(Stream.Null);
                try
                {
                    await stream.WriteAsync(Frames(chance));
                }
                catch (IOException)
                {
                    // Closed: as it may be.
                }
            }
        })));
    });

    private static async Task<Status> CallAsync(GrpcChannel channel, MethodDescriptor method, byte[] message)
    {
        // On the wire all kinds of methods are alike: a message, and the end of the request.
        var raw = new Method<byte[], byte[]>(MethodType.ServerStreaming, method.Service.FullName, method.Name, Bytes, Bytes);
        var deadline = DateTime.UtcNow.AddSeconds(method.IsServerStreaming || method.IsClientStreaming || IsSlow(method) ? 0.5 : 30);
        try
        {
            using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(raw, null, new(deadline: deadline), message);
            while (await call.ResponseStream.MoveNext(default))
            {
            }

            return Status.DefaultSuccess;
        }
        catch (RpcException fault)
        {
            return fault.Status;
        }
    }

    private static byte[] Frames(Random chance)
    {
        using var bytes = new MemoryStream();
        bytes.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        bytes.Write([0, 0, 0, 4, 0, 0, 0, 0, 0]);
        Span<byte> head = stackalloc byte[9];
        for (var n = 0; n < FramesOnEach; n++)
        {
            var payload = Payload(chance);
            BinaryPrimitives.WriteInt32BigEndian(head, (chance.Next(8) == 0 ? chance.Next(1 << 20) : payload.Length) << 8);
            head[3] = (byte)chance.Next(12);
            head[4] = (byte)chance.Next(256);
            BinaryPrimitives.WriteUInt32BigEndian(head[5..], (uint)chance.Next(8));
            bytes.Write(head);
            bytes.Write(payload);
        }

        return bytes.ToArray();
    }

    private static byte[] Payload(Random chance)
    {
        var payload = new byte[chance.Next(64)];
        chance.NextBytes(payload);
        return payload;
    }
}
