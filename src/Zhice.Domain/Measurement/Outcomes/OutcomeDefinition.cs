using System.Collections.Immutable;

namespace Zhice.Domain.Measurement.Outcomes;

/// <summary>What the bank wants customers to do in the end, as an event of its core systems tells.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number, 1 to 64.</param>
/// <param name="EventType">The number of the kind of event.</param>
/// <param name="AmountProperty">The property of the event with the amount, in yuan; empty: outcomes have no amount.</param>
/// <param name="Actions">The numbers of the actions that lead to it; empty: all.</param>
/// <param name="WindowMs">How long after a touch an outcome still follows it, in milliseconds; 1 to 90 days.</param>
public sealed record OutcomeDefinition(
    string Id, ushort Number, ushort EventType, string AmountProperty, ImmutableArray<ushort> Actions, long WindowMs)
{
    /// <summary>How many outcomes there may be in all versions of a catalogue: a touch has a bit for each.</summary>
    public const int MaxOutcomes = 64;

    /// <summary>Whether an action leads to it.</summary>
    public bool IsOf(ushort action) => Actions.IsEmpty || Actions.Contains(action);

    /// <summary>Whether an outcome follows a touch.</summary>
    /// <param name="touchedAtMs">When the touch was, unix milliseconds.</param>
    /// <param name="atMs">When the outcome was, unix milliseconds.</param>
    public bool Follows(long touchedAtMs, long atMs) => atMs >= touchedAtMs && atMs - touchedAtMs <= WindowMs;
}
