using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Learning;

namespace Zhice.Grains.Learning;

/// <summary>Tells the silos what each model has learned: steps of some hundred bytes a lesson, not the whole models.</summary>
[GrainType("model-board")]
internal sealed class ModelBroadcastGrain(IHostApplicationLifetime lifetime, TimeProvider clock) : Grain, IModelBroadcastGrain
{
    // Below the time after which a caller gives a call up.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan PauseWhenStopping = TimeSpan.FromMilliseconds(500);

    // A silo that is further behind than so many seconds of an action asks its learner for the whole.
    private const int MaxSteps = 10;

    private readonly Guid _epoch = Guid.NewGuid();
    private readonly Dictionary<string, Pinned> _latest = new(StringComparer.Ordinal);
    private long _sequence;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask Publish(ModelSnapshot snapshot)
    {
        if (!_latest.TryGetValue(snapshot.ActionId, out var known) || known.Version < snapshot.Version)
        {
            // The steps before lead to what it replaces.
            _latest[snapshot.ActionId] = new(++_sequence, snapshot.Version, (_sequence, snapshot), []);
            Notify();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask PublishStep(ModelStep step)
    {
        var known = _latest.GetValueOrDefault(step.ActionId) ?? new(0, 0, null, []);
        if (known.Version < step.Version)
        {
            var steps = known.Steps.Count < MaxSteps ? known.Steps : known.Steps.RemoveAt(0);
            _latest[step.ActionId] = new(++_sequence, step.Version, known.Whole, steps.Add((_sequence, step)));
            Notify();
        }

        return ValueTask.CompletedTask;
    }

    public async Task<ModelUpdate> WaitForSteps(BroadcastPosition place, CancellationToken cancellation)
    {
        var since = await WaitAsync(place, cancellation);
        var changed = ChangedSince(since);
        return new(
            new(_epoch, _sequence),
            [.. changed.Where(each => each.Whole?.Sequence > since).Select(static each => each.Whole!.Value.Snapshot)])
        {
            Steps = [.. changed.SelectMany(static each => each.Steps).Where(
                step => step.Sequence > since).OrderBy(static step => step.Sequence).Select(static step => step.Step)],
        };
    }

    public async Task<ModelUpdate> WaitForNews(BroadcastPosition place, CancellationToken cancellation)
    {
        var since = await WaitAsync(place, cancellation);
        var (at, changed) = (_sequence, ChangedSince(since));
        var whole = await Task.WhenAll(changed.Select(each => each.Whole is { } pinned && pinned.Snapshot.Version == each.Version
            ? Task.FromResult<ModelSnapshot?>(pinned.Snapshot)
            : GrainFactory.GetGrain<ILearnerGrain>(each.Steps[^1].Step.ActionId).Load().AsTask()));
        return new(new(_epoch, at), [.. whole.OfType<ModelSnapshot>()]);
    }

    private List<Pinned> ChangedSince(long since) =>
        [.. _latest.Values.Where(each => each.Sequence > since).OrderBy(static each => each.Sequence)];

    private async Task<long> WaitAsync(BroadcastPosition place, CancellationToken cancellation)
    {
        if (place == new BroadcastPosition(_epoch, _sequence))
        {
            // A silo that stops waits for the calls under way; those that come then must not turn in circles.
            var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(
                cancellation, isStopping ? default : lifetime.ApplicationStopping);
            await Task.WhenAny(_changed.Task, Task.Delay(isStopping ? PauseWhenStopping : MaxWait, clock, ended.Token));
            await ended.CancelAsync();
        }

        return place.Epoch == _epoch ? place.Sequence : 0;
    }

    private void Notify() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private sealed record Pinned(
        long Sequence, long Version, (long Sequence, ModelSnapshot Snapshot)? Whole, ImmutableList<(long Sequence, ModelStep Step)> Steps);
}
