namespace Zhice.Api.Events;

/// <summary>
/// How many events of all streams are being recorded at a time: a stream that sends more is read no further for a while,
/// and no call of another kind stands behind a crowd of them.
/// </summary>
internal sealed class EventRoom : IDisposable
{
    // Enough to fill the store's batches; as work for the processors it is some milliseconds.
    private static readonly int Most = Math.Max(128, 64 * Environment.ProcessorCount);

    // With so much before it, a call that comes now waits for about a millisecond: no event is added to that.
    private static readonly int MostPending = 16 * Environment.ProcessorCount;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _places = new(Most);

    /// <summary>Waits for the place of an event.</summary>
    public async Task EnterAsync(CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            while (ThreadPool.PendingWorkItemCount > MostPending)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Gives it back.</summary>
    public void Leave() => _places.Release();

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}
