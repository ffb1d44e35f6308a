using Grpc.Core;
using Zhice.Cli.Running;

namespace Zhice.Cli.Bulk;

/// <summary>Fetches the file that an operation made.</summary>
internal static class Download
{
    private const int MaxTries = 5;

    /// <summary>Writes the file; when the way breaks, it goes on where it was.</summary>
    public static async Task ToAsync(Session session, string name, Stream output)
    {
        var offset = 0L;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var call = session.Client.Bulk.DownloadFile(
                    new() { Name = name, Offset = offset }, cancellationToken: session.Cancellation);
                await foreach (var part in call.ResponseStream.ReadAllAsync(session.Cancellation))
                {
                    await output.WriteAsync(part.Chunk.Memory, session.Cancellation);
                    offset += part.Chunk.Length;
                }

                await output.FlushAsync(session.Cancellation);
                return;
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.Unavailable && attempt < MaxTries)
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), session.Cancellation);
            }
        }
    }
}
