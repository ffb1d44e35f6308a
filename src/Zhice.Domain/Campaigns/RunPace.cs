namespace Zhice.Domain.Campaigns;

/// <summary>How many contacts a run may make now: so many a second, a day, and for its budget.</summary>
/// <remarks>
/// What was handed out and has not come back counts as used: so a limit holds whatever breaks. Times are milliseconds of any one
/// clock; while that goes back, time stands still here.
/// </remarks>
public sealed class RunPace
{
    private readonly CampaignDefinition _definition;
    private readonly Queue<(long AtMs, long Contacted)> _seen = new();
    private double _tokens;
    private long _filledAtMs;

    /// <summary>Begins full: a second's worth may be handed out at once.</summary>
    public RunPace(CampaignDefinition definition, long nowMs)
    {
        (_definition, _filledAtMs) = (definition, nowMs);
        _tokens = definition.PerSecond;
    }

    /// <summary>Whether it has a limit that counts every contact so far: the day's, or the budget's.</summary>
    public bool HasTotal => _definition.PerDay > 0 || _definition.MostContacts < long.MaxValue;

    /// <summary>How many more may be handed out now.</summary>
    /// <param name="contacted">Contacts so far, of all runs.</param>
    /// <param name="contactedBeforeToday">Contacts before the bank's day began, of all runs.</param>
    /// <param name="handedOut">Handed out and not come back.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="limit">What holds it back, when nothing may be handed out; else empty.</param>
    public long Left(long contacted, long contactedBeforeToday, long handedOut, long nowMs, out string limit)
    {
        var budget = _definition.MostContacts - contacted - handedOut;
        var day = _definition.PerDay == 0 ? long.MaxValue : _definition.PerDay - (contacted - contactedBeforeToday) - handedOut;
        var second = long.MaxValue;
        if (_definition.PerSecond > 0)
        {
            _tokens = Math.Min(_definition.PerSecond, _tokens + (Math.Max(0, nowMs - _filledAtMs) * (double)_definition.PerSecond / 1000));
            _filledAtMs = Math.Max(_filledAtMs, nowMs);
            second = (long)_tokens;
        }

        limit = budget <= 0 ? "its budget is used up" : day <= 0 ? "the day's limit is reached" : "";
        return Math.Max(0, Math.Min(second, Math.Min(budget, day)));
    }

    /// <summary>Hands out.</summary>
    public void Take(long contacts) => _tokens -= _definition.PerSecond > 0 ? contacts : 0;

    /// <summary>Takes back what was handed out and not used.</summary>
    public void GiveBack(long contacts) => _tokens = _definition.PerSecond > 0 ? Math.Min(_definition.PerSecond, _tokens + contacts) : 0;

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
}
