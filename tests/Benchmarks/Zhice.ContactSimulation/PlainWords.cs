using Zhice.Domain.Primitives;
using Zhice.Domain.Stops;

namespace Zhice.ContactSimulation;

/// <summary>What the customer and the bank said, kept as it was said, and what follows from it in the plainest words.</summary>
internal sealed class PlainWords
{
    private readonly List<(int Channel, Purpose Purpose, bool IsGranted, long AtMs)> _said = [];
    private readonly List<(int Action, int Channel, long UntilMs)> _holds = [];
    private readonly HashSet<(StopKind Kind, int Number)> _stopped = [];
    private readonly HashSet<int> _paused = [];
    private readonly Dictionary<int, long> _recalledAt = [];

    public bool IsBlocked { get; set; }

    /// <summary>From when on the customer is no longer one of the bank's.</summary>
    public long? LeavesAtMs { get; set; }

    public void Say(int channel, Purpose purpose, bool isGranted, long atMs) => _said.Add((channel, purpose, isGranted, atMs));

    /// <summary>What is said now is later than all that was said of the same before.</summary>
    public void SayNow(int channel, Purpose purpose, bool isGranted, long nowMs)
    {
        var last = _said.Where(word => word.Channel == channel && word.Purpose == purpose)
            .Select(static word => word.AtMs)
            .DefaultIfEmpty(0)
            .Max();
        Say(channel, purpose, isGranted, Math.Max(nowMs, last + 1));
    }

    public void Hold(int action, int channel, long untilMs) => _holds.Add((action, channel, untilMs));

    public void EndHolds(int action) => _holds.RemoveAll(hold => hold.Action == action);

    public void Stop(StopKind kind, int number) => _stopped.Add((kind, number));

    public void Lift(StopKind kind, int number) => _stopped.Remove((kind, number));

    public void Pause(int campaign) => _paused.Add(campaign);

    public void Resume(int campaign) => _paused.Remove(campaign);

    public void Recall(int campaign, long atMs) => _recalledAt[campaign] = atMs;

    public bool IsConsentRefused(int channel, Purpose purpose, long now)
    {
        if (purpose == Purpose.Service && channel != SimulatedBank.Text)
        {
            return false;
        }

        var (own, general) = (Latest(channel, purpose), Latest(0, purpose));
        if (own is { IsGranted: false } || general is { IsGranted: false })
        {
            return true;
        }

        return channel == SimulatedBank.Push && purpose == Purpose.Marketing && !IsFresh(own) && !IsFresh(general);

        bool IsFresh((bool IsGranted, long AtMs)? word) => word is { } grant && now < grant.AtMs + SimulatedBank.GrantMs;
    }

    public bool IsOnList(long now) => IsBlocked || LeavesAtMs <= now;

    public bool IsHeldByAnother(int action, int channel, long now) =>
        _holds.Exists(hold => hold.Action == action && hold.Channel != channel && now < hold.UntilMs);

    public bool IsStopped(int channel, int action, Purpose purpose) =>
        _stopped.Contains((StopKind.Channel, channel)) || _stopped.Contains((StopKind.Action, action))
        || (purpose == Purpose.Marketing && _stopped.Contains((StopKind.Marketing, 0)));

    public bool DoesCampaignWait(int campaign) => _paused.Contains(campaign) || _stopped.Contains((StopKind.Campaign, campaign));

    public bool IsRecalled(int campaign, long decidedAtMs) => _recalledAt.TryGetValue(campaign, out var atMs) && decidedAtMs < atMs;

    // The latest by its own time, whenever it was heard; of two of one instant the refusal.
    private (bool IsGranted, long AtMs)? Latest(int channel, Purpose purpose)
    {
        (bool IsGranted, long AtMs)? latest = null;
        foreach (var word in _said)
        {
            if (word.Channel == channel && word.Purpose == purpose
                && (latest is not { } known || word.AtMs > known.AtMs || (word.AtMs == known.AtMs && !word.IsGranted)))
            {
                latest = (word.IsGranted, word.AtMs);
            }
        }

        return latest;
    }
}
