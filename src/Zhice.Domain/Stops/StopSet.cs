using System.Collections.Frozen;
using System.Collections.Immutable;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Stops;

/// <summary>
/// All that is stopped at a moment: by stops, by campaigns that wait, by recalls. It never changes; a silo swaps the whole.
/// </summary>
public sealed class StopSet
{
    private readonly FrozenDictionary<(StopKind Kind, string TargetId), Stop> _stops;
    private readonly FrozenSet<string> _waiting;
    private readonly FrozenDictionary<string, long> _recalls;

    /// <summary>Makes the set.</summary>
    /// <param name="stops">The stops in force; one for a target.</param>
    /// <param name="waitingCampaigns">The ids of the campaigns whose contacts wait.</param>
    /// <param name="recalls">The campaigns whose contacts are recalled; one for a campaign.</param>
    public StopSet(ImmutableArray<Stop> stops, ImmutableArray<string> waitingCampaigns, ImmutableArray<CampaignRecall> recalls)
    {
        Stops = stops;
        Recalls = recalls;
        _stops = stops.ToFrozenDictionary(static stop => (stop.Kind, stop.TargetId));
        _waiting = waitingCampaigns.ToFrozenSet(StringComparer.Ordinal);
        _recalls = recalls.ToFrozenDictionary(static recall => recall.CampaignId, static recall => recall.BeforeMs, StringComparer.Ordinal);
    }

    /// <summary>Nothing is stopped.</summary>
    public static StopSet None { get; } = new([], [], []);

    /// <summary>The stops in force.</summary>
    public ImmutableArray<Stop> Stops { get; }

    /// <summary>The campaigns whose contacts are recalled.</summary>
    public ImmutableArray<CampaignRecall> Recalls { get; }

    /// <summary>The same stops by the names that channels and actions have now.</summary>
    public StopSet Named(SymbolTable symbols)
    {
        if (!symbols.HasRenames || Stops.IsEmpty)
        {
            return this;
        }

        ImmutableArray<Stop> named = [.. Stops.Select(NamedNow).DistinctBy(static stop => (stop.Kind, stop.TargetId))];
        return new(named, [.. _waiting], Recalls);

        Stop NamedNow(Stop stop) => stop.Kind switch
        {
            StopKind.Channel => stop with { TargetId = symbols.GetCurrentName(SymbolKind.Channel, stop.TargetId) },
            StopKind.Action => stop with { TargetId = symbols.GetCurrentName(SymbolKind.Action, stop.TargetId) },
            _ => stop,
        };
    }

    /// <summary>The stop of a target; null when it is not stopped.</summary>
    public Stop? Find(StopKind kind, string targetId) => _stops.GetValueOrDefault((kind, targetId));

    /// <summary>What keeps a contact back at its hand-over: the name of a stop, or of a campaign that waits; null for nothing.</summary>
    /// <param name="channelId">Its channel.</param>
    /// <param name="actionId">Its action.</param>
    /// <param name="campaignId">Its campaign; empty for none.</param>
    /// <param name="purpose">Why it is said.</param>
    public string? FindHolder(string channelId, string actionId, string campaignId, Purpose purpose)
    {
        if (_stops.Count == 0 && _waiting.Count == 0)
        {
            return null;
        }

        var stop = Find(StopKind.Channel, channelId) ?? Find(StopKind.Action, actionId);
        stop ??= campaignId.Length > 0 ? Find(StopKind.Campaign, campaignId) : null;
        stop ??= purpose == Purpose.Marketing ? Find(StopKind.Marketing, "") : null;
        return stop?.Name ?? (campaignId.Length > 0 && _waiting.Contains(campaignId) ? GetWaitingName(campaignId) : null);
    }

    /// <summary>Whether a name that <see cref="FindHolder"/> gave still keeps contacts back.</summary>
    public bool Holds(string holder) =>
        Stops.Any(stop => stop.Name == holder) || _waiting.Any(campaignId => GetWaitingName(campaignId) == holder);

    /// <summary>Whether a contact of a campaign is recalled.</summary>
    public bool IsRecalled(string campaignId, ContactId contact) =>
        campaignId.Length > 0 && _recalls.TryGetValue(campaignId, out var beforeMs) && contact.Decision.DecidedAtMs < beforeMs;

    private static string GetWaitingName(string campaignId) => $"paused/{campaignId}";
}
