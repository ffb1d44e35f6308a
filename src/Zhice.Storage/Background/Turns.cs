namespace Zhice.Storage.Background;

/// <summary>Lets so many do the same kind of work at a time, in the order in which they came.</summary>
/// <param name="limit">How many.</param>
public sealed class Turns(int limit) : IDisposable
{
    private readonly SemaphoreSlim _places = new(limit);

    /// <summary>Asks for a turn. It is given back, or no longer waited for, when what comes back is disposed of.</summary>
    public Turn Ask(CancellationToken cancellation) => new(_places, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();
}

/// <summary>A turn that was asked for.</summary>
public sealed class Turn : IAsyncDisposable
{
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _end;

    internal Turn(SemaphoreSlim places, CancellationToken cancellation)
    {
        _places = places;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Comes = places.WaitAsync(_end.Token);
    }

    /// <summary>Ends when it is there.</summary>
    public Task Comes { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Comes.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (Comes.IsCompletedSuccessfully)
        {
            _places.Release();
        }

        _end.Dispose();
    }
}
