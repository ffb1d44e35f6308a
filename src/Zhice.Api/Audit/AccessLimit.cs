namespace Zhice.Api.Audit;

/// <summary>Who was refused, or signed in.</summary>
/// <param name="Actor">The name of the identity; empty without one.</param>
/// <param name="Address">The network address.</param>
internal readonly record struct AccessSource(string Actor, string Address);

/// <summary>
/// Bounds how many refusals, or sign-ins, are recorded one by one: for each source and for all, by the minute. It counts the others.
/// </summary>
internal sealed class AccessLimit(TimeProvider clock)
{
    /// <summary>How many of one source are recorded in a minute.</summary>
    public const int MaxOfSource = 10;

    /// <summary>How many of all sources are recorded in a minute.</summary>
    public const int MaxOfAll = 120;

    /// <summary>How many sources are counted one by one; the sources beyond it share one count.</summary>
    public const int MaxSources = 10_000;

    private static readonly AccessSource Others = new("", "(others)");

    private readonly Lock _gate = new();
    private readonly Dictionary<AccessSource, (int Taken, int Unrecorded)> _sources = [];
    private long _minute;
    private int _taken;

    /// <summary>Whether the next one is to be recorded.</summary>
    /// <param name="source">Whose it is.</param>
    /// <param name="unrecorded">How many of this source were not recorded since the last one that was.</param>
    public bool TryTake(AccessSource source, out int unrecorded)
    {
        lock (_gate)
        {
            BeginMinute();
            var known = _sources.Count < MaxSources || _sources.ContainsKey(source) ? source : Others;
            var (taken, missed) = _sources.GetValueOrDefault(known);
            if (known == Others || taken >= MaxOfSource || _taken >= MaxOfAll)
            {
                _sources[known] = (taken, missed + 1);
                unrecorded = 0;
                return false;
            }

            _taken++;
            _sources[known] = (taken + 1, 0);
            unrecorded = missed;
            return true;
        }
    }

    /// <summary>Takes the counts of the sources of which some were not recorded.</summary>
    public IReadOnlyList<(AccessSource Source, int Unrecorded)> TakeUnrecorded()
    {
        lock (_gate)
        {
            BeginMinute();
            var missed = _sources.Where(static source => source.Value is { Unrecorded: > 0 })
                .Take(MaxOfAll)
                .Select(static source => (source.Key, source.Value.Unrecorded))
                .ToList();
            foreach (var (source, _) in missed)
            {
                _sources[source] = (_sources[source].Taken, 0);
            }

            return missed;
        }
    }

    private void BeginMinute()
    {
        var minute = clock.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
        if (minute == _minute)
        {
            return;
        }

        (_minute, _taken) = (minute, 0);
        foreach (var (source, counts) in _sources.ToList())
        {
            if (counts.Unrecorded == 0)
            {
                _sources.Remove(source);
            }
            else
            {
                _sources[source] = (0, counts.Unrecorded);
            }
        }
    }
}
