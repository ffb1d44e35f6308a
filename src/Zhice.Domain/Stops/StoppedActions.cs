using System.Collections.Frozen;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Stops;

/// <summary>What stops mean for decisions by one catalogue: by numbers, as the hot path asks.</summary>
public sealed class StoppedActions
{
    private readonly bool _isMarketingStopped;
    private readonly FrozenSet<ushort> _channels;
    private readonly FrozenSet<ushort> _actions;
    private readonly FrozenDictionary<ushort, StopKind> _then;

    private StoppedActions(
        bool isMarketingStopped, IEnumerable<ushort> channels, IEnumerable<ushort> actions,
        IEnumerable<KeyValuePair<ushort, StopKind>> then)
    {
        _isMarketingStopped = isMarketingStopped;
        _channels = channels.ToFrozenSet();
        _actions = actions.ToFrozenSet();
        _then = then.ToFrozenDictionary();
        IsAny = isMarketingStopped || _channels.Count > 0 || _actions.Count > 0 || _then.Count > 0;
    }

    /// <summary>Nothing is stopped.</summary>
    public static StoppedActions None { get; } = new(false, [], [], []);

    /// <summary>Whether anything is stopped.</summary>
    public bool IsAny { get; }

    /// <summary>What a set of stops means by the numbers of a catalogue.</summary>
    public static StoppedActions Create(StopSet stops, SymbolTable symbols) => stops.Stops.IsEmpty ? None : new(
        stops.Find(StopKind.Marketing, "") is not null, Numbers(stops, StopKind.Channel, symbols, SymbolKind.Channel),
        Numbers(stops, StopKind.Action, symbols, SymbolKind.Action), []);

    /// <summary>What was stopped when a decision was made: so that it can be made again.</summary>
    /// <param name="stopped">The numbers of the actions that were stopped, and by what.</param>
    public static StoppedActions AsThen(IEnumerable<KeyValuePair<ushort, StopKind>> stopped) => new(false, [], [], stopped);

    /// <summary>What stops an action in a channel; 0 when nothing does.</summary>
    /// <param name="action">The action's number.</param>
    /// <param name="purpose">The action's purpose.</param>
    /// <param name="channel">The channel's number.</param>
    public StopKind Find(ushort action, Purpose purpose, ushort channel) =>
        _channels.Contains(channel) ? StopKind.Channel
        : _actions.Contains(action) ? StopKind.Action
        : _isMarketingStopped && purpose == Purpose.Marketing ? StopKind.Marketing
        : _then.GetValueOrDefault(action);

    private static IEnumerable<ushort> Numbers(StopSet stops, StopKind kind, SymbolTable symbols, SymbolKind symbol) =>
        stops.Stops.Where(stop => stop.Kind == kind)
            .Select(stop => symbols.Find(symbol, stop.TargetId))
            .Where(static number => number != 0);
}
