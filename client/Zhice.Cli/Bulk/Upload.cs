using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Zhice.Cli.Running;

namespace Zhice.Cli.Bulk;

/// <summary>Brings a file to the server: only what is not there yet.</summary>
internal static class Upload
{
    private const int ChunkBytes = 1 << 20;
    private const int Kilobyte = 1024;

    /// <summary>Brings the file.</summary>
    /// <returns>Its SHA-256.</returns>
    public static async Task<string> BringAsync(Session session, string path)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, ChunkBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, session.Cancellation));
        var found = await session.Client.Bulk.GetUploadAsync(new() { Sha256 = sha256 }, cancellationToken: session.Cancellation);
        if (found.Complete)
        {
            return sha256;
        }

        return await session.Terminal.WithProgressAsync($"upload {Path.GetFileName(path)}", "KiB", file.Length / Kilobyte, async advance =>
        {
            advance((int)(found.ReceivedBytes / Kilobyte));
            await SendAsync(session, file, sha256, found.ReceivedBytes, advance);
            return sha256;
        });
    }

    private static async Task SendAsync(Session session, FileStream file, string sha256, long offset, Action<int> advance)
    {
        using var call = session.Client.Bulk.UploadFile(cancellationToken: session.Cancellation);
        try
        {
            await call.RequestStream.WriteAsync(new() { Header = new() { Sha256 = sha256, TotalBytes = file.Length, Offset = offset } });
            file.Position = offset;
            while (true)
            {
                var buffer = new byte[ChunkBytes];
                var length = await file.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, session.Cancellation);
                if (length == 0)
                {
                    break;
                }

                await call.RequestStream.WriteAsync(new() { Chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, length)) });
                advance(length / Kilobyte);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception fault) when (fault is InvalidOperationException || fault is RpcException { StatusCode: StatusCode.OK })
        {
            // The server ended the call; its answer says why.
        }

        await call.ResponseAsync;
    }
}
