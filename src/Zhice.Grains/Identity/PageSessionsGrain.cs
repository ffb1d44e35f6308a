using System.Collections.Immutable;
using Zhice.Contracts.Identity;

namespace Zhice.Grains.Identity;

/// <inheritdoc cref="IPageSessionsGrain"/>
[GrainType("page-sessions")]
internal sealed class PageSessionsGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<PageSessionsState> stored, TimeProvider clock)
    : Grain, IPageSessionsGrain
{
    private const long MaxUnsavedMs = 60_000;

    // When each was used last; the store has it only from time to time.
    private readonly Dictionary<string, long> _usedAtMs = new(StringComparer.Ordinal);
    private bool _isStoreAhead;

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<bool> Begin(KeptSession session)
    {
        await ReadIfAheadAsync();
        var others = Alive();
        if (others.Count(each => each.Name == session.Name) >= IPageSessionsGrain.MaxOfPerson)
        {
            others = others.Remove(others.Where(each => each.Name == session.Name).MinBy(static each => each.UsedAtMs)!);
        }

        if (others.Length >= IPageSessionsGrain.MaxSessions)
        {
            return false;
        }

        await KeepAsync([.. others, session]);
        return true;
    }

    public async ValueTask<KeptSession?> Find(string id)
    {
        if (stored.State.All.FirstOrDefault(each => each.Id == id) is not { } session || IsOver(session))
        {
            return null;
        }

        var nowMs = NowMs;
        _usedAtMs[id] = nowMs;
        if (nowMs - session.UsedAtMs >= Math.Min(MaxUnsavedMs, session.IdleMs / 5))
        {
            await SaveUseAsync();
        }

        return session with { UsedAtMs = nowMs };
    }

    public ValueTask<bool> Has(string id) => new(stored.State.All.Any(each => each.Id == id && !IsOver(each)));

    public async ValueTask<bool> End(string id) => await EndAsync(each => each.Id == id) > 0;

    public ValueTask<int> EndOf(string name) => EndAsync(each => each.Name == name);

    private async ValueTask<int> EndAsync(Predicate<KeptSession> isMeant)
    {
        await ReadIfAheadAsync();
        var alive = Alive();
        var others = alive.RemoveAll(isMeant);
        if (others.Length < alive.Length)
        {
            await KeepAsync(others);
        }

        return alive.Length - others.Length;
    }

    private async Task KeepAsync(ImmutableArray<KeptSession> all)
    {
        await stored.CommitAsync(new PageSessionsState { All = all }, GrainContext);
        foreach (var id in _usedAtMs.Keys.Except(all.Select(static each => each.Id)).ToArray())
        {
            _usedAtMs.Remove(id);
        }
    }

    // A store that is away ends no session: what was used is known here.
    private async Task SaveUseAsync()
    {
        if (_isStoreAhead)
        {
            return;
        }

        var before = stored.State;
        stored.State = new() { All = Alive() };
        try
        {
            await stored.WriteStateAsync();
        }
        catch (Exception)
        {
            (stored.State, _isStoreAhead) = (before, true);
        }
    }

    // After a write whose outcome is not known, the next change begins from what the store has.
    private async Task ReadIfAheadAsync()
    {
        if (_isStoreAhead)
        {
            await stored.ReadStateAsync();
            _isStoreAhead = false;
        }
    }

    private ImmutableArray<KeptSession> Alive() =>
        [.. stored.State.All.Where(each => !IsOver(each)).Select(each => each with { UsedAtMs = UsedAtMs(each) })];

    private bool IsOver(KeptSession session) => NowMs >= session.UntilMs || NowMs - UsedAtMs(session) >= session.IdleMs;

    private long UsedAtMs(KeptSession session) => Math.Max(session.UsedAtMs, _usedAtMs.GetValueOrDefault(session.Id));
}

/// <summary>What is kept of them.</summary>
[GenerateSerializer, Alias("zhice.page-sessions-state")]
internal sealed class PageSessionsState
{
    [Id(0)]
    public ImmutableArray<KeptSession> All { get; init; } = [];
}
