using Zhice.Contracts.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>The sessions of a cluster, in memory, for hosts of a test.</summary>
internal sealed class FakePageSessions(TimeProvider clock) : IPageSessionsGrain
{
    private readonly Dictionary<string, KeptSession> _all = [];

    /// <summary>How often a host asked.</summary>
    public int Asked { get; private set; }

    /// <summary>Whether nobody answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>What is waited for before an answer.</summary>
    public Task Before { get; set; } = Task.CompletedTask;

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask<bool> Begin(KeptSession session) => new(_all.TryAdd(session.Id, session));

    public async ValueTask<KeptSession?> Find(string id)
    {
        Asked++;
        await Before;
        if (IsAway)
        {
            throw new TimeoutException();
        }

        return _all.TryGetValue(id, out var found) && NowMs < found.UntilMs && NowMs - found.UsedAtMs < found.IdleMs
            ? _all[id] = found with { UsedAtMs = NowMs }
            : null;
    }

    public ValueTask<bool> Has(string id) => new(_all.ContainsKey(id));

    public ValueTask<bool> End(string id) => new(_all.Remove(id));

    public ValueTask<int> EndOf(string name)
    {
        var ids = _all.Values.Where(each => each.Name == name).Select(static each => each.Id).ToArray();
        return new(ids.Count(_all.Remove));
    }
}
