using Grpc.Core;
using Zhice.V1;

namespace Zhice.SystemTests.Deliveries;

/// <summary>Reads a stream; what comes meanwhile is kept for who asks for it, as contacts and answers overtake each other.</summary>
internal sealed class SubscribeResponses(AsyncDuplexStreamingCall<SubscribeRequest, SubscribeResponse> call)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly List<SubscribeResponse> _kept = [];

    public async Task<T> NextAsync<T>(Func<SubscribeResponse, T?> part)
        where T : class
    {
        if (_kept.Find(response => part(response) is not null) is { } kept)
        {
            _kept.Remove(kept);
            return part(kept)!;
        }

        using var limit = new CancellationTokenSource(Longest);
        while (await call.ResponseStream.MoveNext(limit.Token))
        {
            if (part(call.ResponseStream.Current) is { } found)
            {
                return found;
            }

            _kept.Add(call.ResponseStream.Current);
        }

        throw new InvalidOperationException("The stream ended.");
    }
}
