using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Learning;

namespace Zhice.Grains.Learning;

/// <summary>Tells the silos of each model that changed.</summary>
[GrainType("model-board")]
internal sealed class ModelBoardGrain(IHostApplicationLifetime lifetime, TimeProvider clock) : Grain, IModelBoardGrain
{
    // Below the time after which a caller gives a call up.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan PauseWhenStopping = TimeSpan.FromMilliseconds(500);

    private readonly Guid _epoch = Guid.NewGuid();
    private readonly Dictionary<string, (long Sequence, ModelSnapshot Snapshot)> _latest = [];
    private long _sequence;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask Publish(ModelSnapshot snapshot)
    {
        if (!_latest.TryGetValue(snapshot.ActionId, out var known) || known.Snapshot.Version < snapshot.Version)
        {
            _latest[snapshot.ActionId] = (++_sequence, snapshot);
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }

        return ValueTask.CompletedTask;
    }

    public async Task<ModelNews> WaitForNews(BoardPlace place, CancellationToken cancellation)
    {
        if (place == new BoardPlace(_epoch, _sequence))
        {
            // A silo that stops waits for the calls under way; those that come then must not turn in circles.
            var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, isStopping ? default : lifetime.ApplicationStopping);
            await Task.WhenAny(_changed.Task, Task.Delay(isStopping ? PauseWhenStopping : LongestWait, clock, ended.Token));
            await ended.CancelAsync();
        }

        var since = place.Epoch == _epoch ? place.Sequence : 0;
        return new(
            new(_epoch, _sequence),
            [.. _latest.Values.Where(each => each.Sequence > since).OrderBy(each => each.Sequence).Select(each => each.Snapshot)]);
    }
}
