using System.Collections.Immutable;
using Zhice.Contracts.Audiences;

namespace Zhice.Grains.Audiences;

/// <summary>Keeps the saved audiences.</summary>
[GrainType("audience-book")]
internal sealed class AudienceBookGrain([PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<AudienceBook> stored) : Grain, IAudienceBookGrain
{
    // What is committed: what is being written must not be told of.
    private AudienceBook _current = new();

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

        var next = audience with { Version = (known?.Version ?? 0) + 1 };
        var book = new AudienceBook { Audiences = _current.Audiences.SetItem(next.Id, next) };
        await stored.CommitAsync(book, GrainContext);
        _current = book;
        return next;
    }

    public ValueTask<SavedAudience?> Find(string audienceId) => ValueTask.FromResult(_current.Audiences.GetValueOrDefault(audienceId));

    public ValueTask<ImmutableArray<SavedAudience>> All() =>
        ValueTask.FromResult(_current.Audiences.Values.OrderBy(static each => each.Id, StringComparer.Ordinal).ToImmutableArray());
}

/// <summary>What is kept of them.</summary>
[GenerateSerializer, Alias("zhice.audience-book-state")]
internal sealed class AudienceBook
{
    [Id(0)]
    public ImmutableDictionary<string, SavedAudience> Audiences { get; init; } = ImmutableDictionary<string, SavedAudience>.Empty;
}
