using System.Collections.Immutable;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>What is asked of behaviour. It makes a code of each record; then it goes through the log of them.</summary>
public abstract class BehaviorAnalysis
{
    /// <summary>The types of event that it needs; empty for all.</summary>
    public abstract ImmutableArray<string> EventTypes { get; }

    /// <summary>Whether it puts events of several types of one customer together.</summary>
    public virtual bool JoinsTypes => true;

    /// <summary>The code of a record; negative: it does not need it.</summary>
    public abstract int GetCode(in BehaviorRecord record);

    /// <summary>The types of some events, each once.</summary>
    protected static ImmutableArray<string> TypesOf(params IEnumerable<EventMatch> matches) =>
        [.. matches.Select(static match => match.EventType).Distinct(StringComparer.Ordinal)];
}
