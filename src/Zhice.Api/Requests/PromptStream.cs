using Grpc.Core;
using Zhice.Api.Errors;

namespace Zhice.Api.Requests;

/// <summary>Reads an upload whose messages must come: one that is open and silent would keep the place of another.</summary>
/// <param name="messages">The messages.</param>
/// <param name="clock">Tells how long they let wait.</param>
internal sealed class PromptStream<T>(IAsyncStreamReader<T> messages, TimeProvider clock) : IAsyncStreamReader<T>
{
    private static readonly TimeSpan MaxBeginning = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(60);

    private bool _hasBegun;

    public T Current => messages.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(_hasBegun ? MaxSilence : MaxBeginning, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            var hasMore = await messages.MoveNext(end.Token);
            _hasBegun = true;
            return hasMore;
        }
        catch (Exception) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ApiError.Fail(
                ErrorReasons.DeadlineExceeded,
                $"No message came within {(_hasBegun ? MaxSilence : MaxBeginning).TotalSeconds:0} s, so the upload was ended; the bytes received before are kept if the upload can be continued.");
        }
    }
}
