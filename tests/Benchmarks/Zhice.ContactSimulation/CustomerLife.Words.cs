using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stops;
using Zhice.Domain.Tags;

namespace Zhice.ContactSimulation;

/// <content>What the customer and the bank say that binds contacts, told to both.</content>
internal sealed partial class CustomerLife
{
    private readonly List<(Stop Stop, int Number)> _stops = [];
    private readonly HashSet<int> _paused = [];
    private readonly Dictionary<int, long> _recalled = [];

    private void SaySomething()
    {
        tally.Words++;
        switch (dice.Next(20))
        {
            case < 10:
                SayOfConsent();
                break;
            case < 12:
                SayOfLists();
                break;
            case < 15:
                HoldByAgent();
                break;
            case < 18:
                StopSomething();
                break;
            default:
                SayOfCampaign();
                break;
        }
    }

    // By their own times, in any order; some of one instant.
    private void SayOfConsent()
    {
        var purpose = dice.Next(6) == 0 ? Purpose.Service : Purpose.Marketing;
        var channel = (ushort)(dice.Next(8) == 0 ? 0 : purpose == Purpose.Service ? SimulatedBank.Text : 1 + dice.Next(SimulatedBank.Push));
        var isGranted = dice.Next(5) > 0;
        var known = _state.Consents.Entries.FirstOrDefault(entry => (entry.Channel, entry.Purpose) == (channel, purpose));
        switch (dice.Next(4))
        {
            case 0:
                SayOfConsent(channel, purpose, isGranted, _nowMs - dice.NextInt64(10 * SimulatedBank.DayMs));
                break;
            case 1 when known.AtMs > 0 && known.AtMs <= _nowMs:
                SayOfConsent(channel, purpose, isGranted, known.AtMs);
                break;
            default:
                SayNow(channel, purpose, isGranted);
                if (dice.Next(4) == 0)
                {
                    SayNow(channel, purpose, !isGranted);
                }

                break;
        }
    }

    private void SayNow(ushort channel, Purpose purpose, bool isGranted)
    {
        Commit(next =>
            ConsentRecording.Record(next, new(channel, purpose, isGranted, next.Consents.GetNextInstant(channel, purpose, _nowMs))));
        _log.Words.SayNow(channel, purpose, isGranted, _nowMs);
    }

    private void SayOfConsent(ushort channel, Purpose purpose, bool isGranted, long atMs)
    {
        Commit(next => ConsentRecording.Record(next, new(channel, purpose, isGranted, atMs)));
        _log.Words.Say(channel, purpose, isGranted, atMs);
    }

    // A customer who is blocked, or will have left, comes back after a while.
    private void SayOfLists()
    {
        var untilMs = _nowMs + dice.NextInt64(2 * SimulatedBank.DayMs);
        if (dice.Next(2) == 0)
        {
            SayBlocked(true);
            _toCome.Enqueue(() => SayBlocked(false), untilMs);
            return;
        }

        var leavesAtMs = _nowMs + dice.NextInt64(SimulatedBank.DayMs);
        Commit(next => next.Tags.Set(SimulatedBank.Leaves.Number, TagValue.Time(leavesAtMs), _nowMs, TagSource.Api));
        _log.Words.LeavesAtMs = leavesAtMs;
        _toCome.Enqueue(
            () =>
            {
                Commit(next => next.Tags.Remove(SimulatedBank.Leaves.Number));
                _log.Words.LeavesAtMs = null;
            },
            untilMs);
    }

    private void SayBlocked(bool isBlocked)
    {
        Commit(next => next.Tags.Set(SimulatedBank.Blocked.Number, TagValue.Bool(isBlocked), _nowMs, TagSource.Api));
        _log.Words.IsBlocked = isBlocked;
    }

    private void HoldByAgent()
    {
        var (action, channel) = ((ushort)(1 + dice.Next(8)), dice.Next(4) == 0 ? SimulatedBank.Text : SimulatedBank.Desk);
        if (_state.Holds.Find(action, _nowMs) is { } held)
        {
            Commit(next => next.Holds.End(held.Contact));
            _log.Words.EndHolds(action);
            return;
        }

        var untilMs = _nowMs + 1 + dice.NextInt64(2 * SimulatedBank.DayMs);
        Commit(next =>
            next.Holds.TryHold(new(new(new(((ulong)_nowMs << 16) | channel, ++_decisions), action), channel, "li", untilMs), _nowMs));
        _log.Words.Hold(action, channel, untilMs);
    }

    private void StopSomething()
    {
        var kind = (StopKind)(1 + dice.Next(4));
        var (number, target) = kind switch
        {
            StopKind.Channel =>
                dice.Next(SimulatedBank.Push) is var channel ? (channel + 1, SimulatedBank.ChannelIds[channel + 1]) : default,
            StopKind.Action => dice.Next(8) is var action ? (action + 1, $"a{action + 1}") : default,
            StopKind.Campaign =>
                dice.Next(SimulatedBank.CampaignIds.Length) is var campaign ? (campaign, SimulatedBank.CampaignIds[campaign]) : default,
            _ => (0, ""),
        };
        if (_stops.Exists(each => (each.Stop.Kind, each.Number) == (kind, number)))
        {
            return;
        }

        _stops.Add((new(kind, target, "wang", "", _nowMs), number));
        _log.Words.Stop(kind, number);
        Heed();
        _toCome.Enqueue(
            () =>
            {
                _stops.RemoveAll(each => (each.Stop.Kind, each.Number) == (kind, number));
                _log.Words.Lift(kind, number);
                Heed();
            },
            _nowMs + dice.NextInt64(8 * SimulatedBank.HourMs));
    }

    private void SayOfCampaign()
    {
        var campaign = dice.Next(SimulatedBank.CampaignIds.Length);
        if (dice.Next(3) == 0)
        {
            _recalled[campaign] = _nowMs;
            _log.Words.Recall(campaign, _nowMs);
        }
        else if (_paused.Add(campaign))
        {
            _log.Words.Pause(campaign);
            _toCome.Enqueue(
                () =>
                {
                    _paused.Remove(campaign);
                    _log.Words.Resume(campaign);
                    Heed();
                },
                _nowMs + dice.NextInt64(12 * SimulatedBank.HourMs));
        }

        Heed();
    }

    private void Heed() => _catalog = bank.Catalog.With(new StopSet(
        [.. _stops.Select(static each => each.Stop)], [.. _paused.Select(static each => SimulatedBank.CampaignIds[each])],
        [.. _recalled.Select(static each => new CampaignRecall(SimulatedBank.CampaignIds[each.Key], each.Value))]));
}
