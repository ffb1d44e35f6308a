using System.Collections.Immutable;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Faults;

namespace Zhice.Grains.Audiences;

/// <summary>Keeps the saved audiences.</summary>
[GrainType("audience-book")]
internal sealed class SavedAudienceGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<SavedAudiences> stored, TimeProvider clock)
    : Grain, ISavedAudiencesGrain
{
    // So many remember their last version.
    private const int MaxDeleted = 10_000;

    // What is committed: what is being written must not be told of.
    private SavedAudiences _current = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = stored.State;
        return Task.CompletedTask;
    }

    public async ValueTask<SavedAudience?> Save(SavedAudience audience, string etag)
    {
        var known = _current.Audiences.GetValueOrDefault(audience.Id);
        if (etag == "new" ? known is not null : etag.Length > 0 && etag != known?.Etag)
        {
            return null;
        }

        if (known is null && _current.Audiences.Count >= ISavedAudiencesGrain.MaxAudiences)
        {
            throw new TooManyAudiencesException(
                $"There are {ISavedAudiencesGrain.MaxAudiences} saved audiences, as many as may be; delete one that is not used any more.");
        }

        // Before the next version is there: none is lost, and one that is kept without being replaced is shown once.
        if (known is not null)
        {
            await GrainFactory.GetGrain<IAudienceHistoryGrain>(known.Id).Keep(known);
        }

        // One that comes again has other versions than before: what knows an old one does not take it for that.
        var next = audience with { Version = (known?.Version ?? _current.Deleted.GetValueOrDefault(audience.Id)) + 1 };
        var unnamed = _current.Unnamed.Remove(next.List);
        await Commit(new()
        {
            Audiences = _current.Audiences.SetItem(next.Id, next),
            Unnamed = known is { List.Length: > 0 } && known.List != next.List ? unnamed.SetItem(known.List, NowMs) : unnamed,
            Deleted = _current.Deleted,
        });
        return next;
    }

    public async ValueTask<bool?> Delete(string audienceId, string etag)
    {
        if (_current.Audiences.GetValueOrDefault(audienceId) is not { } known)
        {
            return null;
        }

        if (etag.Length > 0 && etag != known.Etag)
        {
            return false;
        }

        var deleted = _current.Deleted.Count < MaxDeleted ? _current.Deleted : _current.Deleted.Clear();
        await Commit(new()
        {
            Audiences = _current.Audiences.Remove(audienceId),
            Unnamed = known.List.Length > 0 ? _current.Unnamed.SetItem(known.List, NowMs) : _current.Unnamed,
            Deleted = deleted.SetItem(audienceId, known.Version),
        });
        return true;
    }

    public async ValueTask Begin(string list) =>
        await Commit(new() { Audiences = _current.Audiences, Unnamed = _current.Unnamed.SetItem(list, NowMs), Deleted = _current.Deleted });

    public ValueTask<ImmutableArray<string>> Unnamed(long beforeMs) =>
        ValueTask.FromResult<ImmutableArray<string>>(
            [.. _current.Unnamed.Where(list => list.Value < beforeMs).Select(static list => list.Key)]);

    public async ValueTask Forgotten(string list)
    {
        if (_current.Unnamed.ContainsKey(list))
        {
            await Commit(new() { Audiences = _current.Audiences, Unnamed = _current.Unnamed.Remove(list), Deleted = _current.Deleted });
        }
    }

    public ValueTask<SavedAudience?> Find(string audienceId) => ValueTask.FromResult(_current.Audiences.GetValueOrDefault(audienceId));

    public ValueTask<ImmutableArray<SavedAudience>> All() =>
        ValueTask.FromResult(_current.Audiences.Values.OrderBy(static each => each.Id, StringComparer.Ordinal).ToImmutableArray());

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task Commit(SavedAudiences book)
    {
        await stored.CommitAsync(book, GrainContext);
        _current = book;
    }
}

/// <summary>What is kept of them.</summary>
[GenerateSerializer, Alias("zhice.audience-book-state")]
internal sealed class SavedAudiences
{
    [Id(0)]
    public ImmutableDictionary<string, SavedAudience> Audiences { get; init; } = ImmutableDictionary<string, SavedAudience>.Empty;

    /// <summary>Lists of which parts may be kept and that no audience names, and since when, unix milliseconds.</summary>
    [Id(1)]
    public ImmutableDictionary<string, long> Unnamed { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>The last versions of those that were deleted.</summary>
    [Id(2)]
    public ImmutableDictionary<string, long> Deleted { get; init; } = ImmutableDictionary<string, long>.Empty;
}
