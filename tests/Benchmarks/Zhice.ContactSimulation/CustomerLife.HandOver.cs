using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;

namespace Zhice.ContactSimulation;

/// <content>Contacts that wait for their channel: judged again when it asks for them, sent, void, and what is heard of them.</content>
internal sealed partial class CustomerLife
{
    private const long LifeMs = SimulatedBank.DayMs;

    // Its end is told at the latest so long after its expiry.
    private const long ToldWithinMs = SimulatedBank.HourMs;
    private const int LeaseMs = 30_000;

    private void Wait(Waiting contact, long untilMs) =>
        _toCome.Enqueue(() => BeAskedFor(contact), Math.Max(_nowMs, Math.Min(untilMs, contact.ExpiresAtMs + dice.NextInt64(ToldWithinMs))));

    // As the channel's subscription does: an unchanged customer is not asked.
    private void BeAskedFor(Waiting contact)
    {
        if (_nowMs >= contact.ExpiresAtMs)
        {
            End(contact, DeliveryOutcome.Expired);
            return;
        }

        var (id, ask) = (contact.Id, contact.Ask);
        var asked = new AskedContact(
            id, SimulatedBank.ChannelIds[ask.Scopes.Channel], SimulatedBank.CampaignIds[contact.Campaign], $"a{id.Action}", "t",
            ask.Purpose, contact.ExpiresAtMs,
            MayHaveChanged: _version != contact.Version);
        var verdict = HandOver.Judge(asked, "c", _catalog, _nowMs);
        if (verdict.Answer == HandOverAnswer.AsksCustomer)
        {
            verdict = HandOver.Judge(id, new CustomerView(_state, _catalog, [], _nowMs));
        }

        tally.AskedFor++;
        var expected = _log.HandsOver(ask.Scopes, ask.Purpose, contact.Campaign, id.Decision.DecidedAtMs, _nowMs);
        var answer = verdict.Answer switch { HandOverAnswer.Goes => PlainHandOver.Goes, HandOverAnswer.Waits => PlainHandOver.Waits, _ => PlainHandOver.Void };
        tally.AgainstAWord += answer == PlainHandOver.Goes && expected != PlainHandOver.Goes ? 1 : 0;
        tally.WronglyKept += answer != PlainHandOver.Goes && expected != answer ? 1 : 0;
        switch (answer)
        {
            case PlainHandOver.Goes:
                tally.HandedOver++;
                _toCome.Enqueue(() => BeSent(contact), _nowMs + dice.Next(LeaseMs));
                break;
            case PlainHandOver.Waits:
                tally.Waited++;
                Wait(contact, verdict.HeldBy == HandOver.QuietHours ? verdict.UntilMs : _nowMs + dice.NextInt64(3 * SimulatedBank.HourMs));
                break;
            default:
                End(contact, verdict.Outcome);
                break;
        }
    }

    private void BeSent(Waiting contact)
    {
        Settle(contact, DeliveryOutcome.Sent);
        if (!contact.Ask.IsBound)
        {
            return;
        }

        if (_log.Held.Remove((contact.Id.Decision.Low, contact.Id.Action)))
        {
            Made(contact.Ask.Scopes, _nowMs);
            contact = contact with { Entry = _log.At(contact.Ask.Scopes, _nowMs) };
        }

        switch (dice.Next(60))
        {
            case 0:
                Settle(contact, DeliveryOutcome.Unsubscribed);
                _log.Words.Say(contact.Ask.Scopes.Channel, Purpose.Marketing, isGranted: false, _nowMs);
                break;
            case 1:
                Settle(contact, DeliveryOutcome.Complained);
                _log.Words.Say(0, Purpose.Marketing, isGranted: false, _nowMs);
                break;
            case 2:
                Settle(contact, DeliveryOutcome.Bounced);
                _log.Words.Say(contact.Ask.Scopes.Channel, Purpose.Marketing, isGranted: false, _nowMs);
                _log.Unmake(contact.Entry);
                break;
            case 3:
                Settle(contact, DeliveryOutcome.Failed);
                _log.Unmake(contact.Entry);
                break;
        }
    }

    private void End(Waiting contact, DeliveryOutcome outcome)
    {
        Settle(contact, outcome);
        tally.Void++;
        if (contact.Ask.IsBound && !_log.Held.Remove((contact.Id.Decision.Low, contact.Id.Action)))
        {
            _log.Unmake(contact.Entry);
        }
    }

    // All of it may be told again.
    private void Settle(Waiting contact, DeliveryOutcome outcome)
    {
        var settlement = new ContactSettlement($"{contact.Id}", outcome, _nowMs) { TreatmentId = "t" };
        for (var times = dice.Next(5) == 0 ? 2 : 1; times > 0; times--)
        {
            Commit(next => ContactSettling.Settle(next, settlement, _catalog, _nowMs));
        }

        tally.Ends[outcome] = tally.Ends.GetValueOrDefault(outcome) + 1;
    }

    private sealed record Waiting(ContactId Id, ContactRequest Ask, int Campaign, long Version, long ExpiresAtMs, PlainLog.Entry Entry);
}
