using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Zhice.Bench.Customers;
using Zhice.Bench.Running;
using Zhice.Domain.Customers;

namespace Zhice.Bench.Memory;

/// <summary>The same customers in a Redis 7 hash each: a field for each tag, and one for each other part as our bytes.</summary>
internal static class RedisHashes
{
    private const int Port = 7560;
    private const int Models = 1_024;

    public static async Task PrintAsync(int customers, CancellationToken cancellation)
    {
        Console.WriteLine();
        Console.WriteLine("Redis: used_memory a customer, a hash each (a field for each tag, one for all else in our bytes)");
        foreach (var (hasTimes, meaning) in new[] { (false, "tags without their time and source"), (true, "tags with their time and source") })
        {
            Console.WriteLine($"{await MeasureAsync(customers, hasTimes, cancellation),10:N0}  {meaning}");
        }
    }

    private static async Task<double> MeasureAsync(int customers, bool hasTimes, CancellationToken cancellation)
    {
        await using var server = StartServer();
        using var socket = await ConnectAsync(cancellation);
        await using var stream = new NetworkStream(socket);
        var before = await UsedMemoryAsync(stream, cancellation);
        var bodies = CreateBodies(hasTimes);
        using var batch = new MemoryStream();
        for (var number = 0; number < customers; number++)
        {
            var (fields, body) = bodies[number % Models];
            var id = ModelCustomer.IdOf(number);
            batch.Write(Encoding.ASCII.GetBytes($"*{2 + (2 * fields)}\r\n$4\r\nHSET\r\n${id.Length}\r\n{id}\r\n"));
            batch.Write(body);
            if (number % 500 == 499 || number == customers - 1)
            {
                await stream.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length), cancellation);
                await SkipLinesAsync(stream, (number % 500) + 1, cancellation);
                batch.SetLength(0);
            }
        }

        return (await UsedMemoryAsync(stream, cancellation) - before) / (double)customers;
    }

    private static Child StartServer()
    {
        try
        {
            return Child.Start(
                "redis-server", "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
                Path.GetTempPath());
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException("redis-server is not installed: apt-get install redis-server. Or leave it out: --only ...");
        }
    }

    private static async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(100, cancellation);
            }
        }
    }

    private static (int Fields, byte[] Body)[] CreateBodies(bool hasTimes)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return [.. Enumerable.Range(0, Models).Select(seed => BodyOf(ModelCustomer.Create(seed, nowMs), hasTimes))];
    }

    private static (int Fields, byte[] Body) BodyOf(CustomerState state, bool hasTimes)
    {
        using var body = new MemoryStream();
        var fields = 0;
        foreach (var entry in state.Tags)
        {
            var value = entry.Text ?? entry.Bits.ToString(CultureInfo.InvariantCulture);
            var shown = hasTimes
                ? string.Create(CultureInfo.InvariantCulture, $"{value},{entry.WrittenAtMs / 1000},{(byte)entry.Source}")
                : value;
            Add(NameOf(entry.Tag), Encoding.UTF8.GetBytes(shown));
        }

        // In pieces that fit the compact form of a hash (values of up to 64 bytes), which is what a careful user would do.
        var rest = CustomerStateCodec.ToBytes(new CustomerState
        {
            LiveTags = state.LiveTags, Contacts = state.Contacts, Consents = state.Consents, CountedIds = state.CountedIds,
            AnsweredRequests = state.AnsweredRequests, ContactLog = state.ContactLog, PastEvents = state.PastEvents,
        });
        foreach (var piece in rest.Chunk(64))
        {
            Add($"_{fields}", piece);
        }

        return (fields, body.ToArray());

        void Add(string name, byte[] value)
        {
            body.Write(Encoding.ASCII.GetBytes($"${name.Length}\r\n{name}\r\n${value.Length}\r\n"));
            body.Write(value);
            body.Write("\r\n"u8);
            fields++;
        }
    }

    private static string NameOf(ushort tag) =>
        tag < SampleCatalog.Catalog.Tags.Length
            ? SampleCatalog.Catalog.Tags[tag].Id
            : string.Create(CultureInfo.InvariantCulture, $"tag_{tag}");

    private static async Task<long> UsedMemoryAsync(NetworkStream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync("*2\r\n$4\r\nINFO\r\n$6\r\nmemory\r\n"u8.ToArray(), cancellation);
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (!text.ToString().Contains("lazyfree_pending_objects", StringComparison.Ordinal))
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, cancellation)));
        }

        const string Key = "used_memory:";
        var digits = text.ToString().AsSpan(text.ToString().IndexOf(Key, StringComparison.Ordinal) + Key.Length);
        return long.Parse(digits[..digits.IndexOf('\r')], CultureInfo.InvariantCulture);
    }

    private static async Task SkipLinesAsync(NetworkStream stream, int lines, CancellationToken cancellation)
    {
        var buffer = new byte[8192];
        while (lines > 0)
        {
            var read = await stream.ReadAsync(buffer, cancellation);
            var answer = buffer.AsSpan(0, read);
            if (read == 0 || answer.Contains((byte)'-'))
            {
                throw new InvalidOperationException($"Redis: {Encoding.ASCII.GetString(answer)}");
            }

            lines -= answer.Count((byte)'\n');
        }
    }
}
