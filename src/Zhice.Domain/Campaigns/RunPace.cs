namespace Zhice.Domain.Campaigns;

/// <summary>How many contacts a run may make now: so many a second, a day, and for its budget.</summary>
/// <remarks>
/// What was handed out and has not come back counts as used: so a limit holds whatever breaks. A contact was made at some time
/// between its hand-out and its coming back: so it counts for the second that begins when it comes back, and no second, wherever
/// it begins, holds more contacts than the limit. Times are milliseconds of any one clock; while that goes back, time stands
/// still here.
/// </remarks>
public sealed class RunPace
{
    private const long SecondMs = 1000;

    // So many hand-outs share a second's contacts: the run goes evenly, and several buckets take part.
    private const int SharesOfSecond = 16;

    private readonly CampaignDefinition _definition;
    private readonly Queue<(long AtMs, long Contacted)> _seen = new();
    private readonly Queue<(long UntilMs, long Contacts)> _used = new();
    private readonly long _startsAtMs;
    private long _usedOfSecond;
    private long _latestMs;

    /// <summary>Begins with the second used up: what drove the run before may have made its contacts just now.</summary>
    public RunPace(CampaignDefinition definition, long nowMs)
    {
        (_definition, _latestMs, _startsAtMs) = (definition, nowMs, nowMs + SecondMs);
        Use(definition.PerSecond, nowMs);
    }

    /// <summary>Whether it has a limit that counts every contact so far: the day's, or the budget's.</summary>
    public bool HasTotal => _definition.PerDay > 0 || _definition.MaxContacts < long.MaxValue;

    /// <summary>Whether it has a limit of contacts a second.</summary>
    public bool IsThrottled => _definition.PerSecond > 0;

    /// <summary>How many may be handed out in one hand-out, for the contacts of a second to be spread.</summary>
    public int MaxShare => !IsThrottled ? int.MaxValue : Math.Max(1, _definition.PerSecond / SharesOfSecond);

    /// <summary>Whether the contacts of a driver before this one may still be of the last second: nothing is to be done yet.</summary>
    public bool IsStarting(long nowMs) => IsThrottled && Math.Max(nowMs, _latestMs) <= _startsAtMs;

    /// <summary>How many more may be handed out now.</summary>
    /// <param name="contacted">Contacts so far, of all runs.</param>
    /// <param name="contactedBeforeToday">Contacts before the bank's day began, of all runs.</param>
    /// <param name="handedOut">Handed out and not come back.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="limit">What holds it back, when nothing may be handed out; else empty.</param>
    public long Left(long contacted, long contactedBeforeToday, long handedOut, long nowMs, out string limit)
    {
        var budget = _definition.MaxContacts - contacted - handedOut;
        var day = _definition.PerDay == 0 ? long.MaxValue : _definition.PerDay - (contacted - contactedBeforeToday) - handedOut;
        var second = !IsThrottled ? long.MaxValue : _definition.PerSecond - Freed(nowMs) - handedOut;
        limit = budget <= 0 ? "its budget is used up" : day <= 0 ? "the day's limit is reached" : "";
        return Math.Max(0, Math.Min(second, Math.Min(budget, day)));
    }

    /// <summary>Counts contacts that came back: made at the latest now.</summary>
    public void Use(long contacts, long nowMs)
    {
        if (IsThrottled && contacts > 0)
        {
            Freed(nowMs);
            _used.Enqueue((_latestMs + SecondMs, contacts));
            _usedOfSecond += contacts;
        }
    }

    /// <summary>Contacts a second over the last 10 seconds.</summary>
    public double Rate(long contacted, long nowMs)
    {
        _seen.Enqueue((nowMs, contacted));
        while (_seen.Peek().AtMs < nowMs - 10_000)
        {
            _seen.Dequeue();
        }

        var (sinceMs, before) = _seen.Peek();
        return nowMs == sinceMs ? 0 : (contacted - before) * 1000.0 / (nowMs - sinceMs);
    }

    // What of the last second is used; what came back before it is free again. A contact at its very end is still within it.
    private long Freed(long nowMs)
    {
        _latestMs = Math.Max(_latestMs, nowMs);
        while (_used.TryPeek(out var used) && used.UntilMs < _latestMs)
        {
            _usedOfSecond -= _used.Dequeue().Contacts;
        }

        return _usedOfSecond;
    }
}
