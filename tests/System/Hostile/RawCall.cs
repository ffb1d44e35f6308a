using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Hostile;

/// <summary>A call of gRPC whose bytes are written by hand, as no client of gRPC writes them.</summary>
internal static class RawCall
{
    /// <summary>Sends a body that ends.</summary>
    /// <returns>The status that it is answered with.</returns>
    public static Task<string> SendAsync(HttpClient http, SiloProcess silo, string method, byte[] body) =>
        SendAsync(http, silo, method, new ByteArrayContent(body));

    /// <summary>Sends a body.</summary>
    /// <returns>The status that it is answered with.</returns>
    public static async Task<string> SendAsync(HttpClient http, SiloProcess silo, string method, HttpContent body)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, silo.GrpcAddress + method)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body,
        };
        call.Content.Headers.ContentType = new("application/grpc");
        call.Headers.Add("grpc-encoding", "gzip");
        call.Headers.Add("te", "trailers");
        using var answer = await http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead);
        await answer.Content.ReadAsByteArrayAsync();
        return Assert.Single(StatusOf(answer.Headers) ?? StatusOf(answer.TrailingHeaders) ?? []);
    }

    /// <summary>A message of gRPC.</summary>
    /// <param name="content">What there is of it.</param>
    /// <param name="claimed">How many bytes it says that it has; null: as many.</param>
    /// <param name="isPacked">Whether it says that it is packed.</param>
    public static byte[] Message(ReadOnlySpan<byte> content, uint? claimed = null, bool isPacked = false)
    {
        var message = new byte[5 + content.Length];
        message[0] = isPacked ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), claimed ?? (uint)content.Length);
        content.CopyTo(message.AsSpan(5));
        return message;
    }

    /// <summary>So many zeros, packed.</summary>
    public static byte[] Zeros(int megabytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            for (var i = 0; i < megabytes; i++)
            {
                gzip.Write(new byte[1 << 20]);
            }
        }

        return packed.ToArray();
    }

    private static IEnumerable<string>? StatusOf(HttpResponseHeaders headers) =>
        headers.TryGetValues("grpc-status", out var status) ? status : null;

    /// <summary>A body that never ends by itself.</summary>
    /// <param name="beginning">What there is of it.</param>
    /// <param name="end">Ends it.</param>
    public sealed class Unfinished(byte[] beginning, Task end) : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends once the beginning is sent.</summary>
        public Task Sent => _sent.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(beginning);
            await stream.FlushAsync();
            _sent.TrySetResult();
            await end;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
