using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;

namespace Zhice.ContactSimulation;

/// <summary>
/// One customer, asked about at random times: contacts are decided, held, seen, answered, void; commits are lost, requests
/// and feedback come twice, the state goes through its bytes. A plain log of the same is asked the same.
/// </summary>
internal sealed class CustomerLife(SimulatedBank bank, Random dice, Tally tally)
{
    private const long MinuteMs = 60_000;

    private static readonly long FirstMs = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly Catalog _catalog = bank.Catalog;
    private readonly PlainLog _log = new(bank.ZoneId);
    private readonly PriorityQueue<(ContactId Id, ContactScopes Scopes), long> _toBeSeen = new();

    // Within two years there are all months, and every change of clocks twice.
    private long _nowMs = FirstMs + dice.NextInt64(700 * SimulatedBank.DayMs);
    private CustomerState _state = new();
    private ulong _decisions;

    public void Live(int asks)
    {
        for (var i = 0; i < asks; i++)
        {
            PassTo(_nowMs + (long)(-Math.Log(1 - dice.NextDouble()) * (dice.Next(3) == 0 ? 10 * MinuteMs : 5 * SimulatedBank.HourMs)));
            Ask($"r{i}");
            if (dice.Next(10) == 0)
            {
                _state = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(_state));
                tally.Restarts++;
            }
        }
    }

    // What waits to be seen is seen, or void, or forgotten, on the way.
    private void PassTo(long ms)
    {
        while (_toBeSeen.TryPeek(out var contact, out var atMs) && atMs <= ms)
        {
            _toBeSeen.Dequeue();
            _nowMs = Math.Max(_nowMs, atMs);
            switch (dice.Next(6))
            {
                case 0:
                    break;
                case 1:
                    _state = _state.Clone();
                    EventRecording.VoidContact(_state, contact.Id, _catalog);
                    EventRecording.VoidContact(_state, contact.Id, _catalog);
                    _log.Held.Remove((contact.Id.Decision.Low, contact.Id.Action));
                    tally.Void++;
                    break;
                default:
                    See(contact.Id, contact.Scopes);
                    break;
            }
        }

        _nowMs = ms;
    }

    private void See(ContactId id, ContactScopes scopes)
    {
        Tell(id, FeedbackType.Impression, _nowMs);
        if (_log.Held.Remove((id.Decision.Low, id.Action)))
        {
            Made(scopes, _nowMs);
            tally.Seen++;
        }

        if (dice.Next(4) == 0)
        {
            var isDismissal = dice.Next(2) == 0;
            Tell(id, isDismissal ? FeedbackType.Dismissal : FeedbackType.Acceptance, _nowMs);
            _log.Answer(id.Action, isDismissal, _nowMs);
        }
    }

    private void Tell(ContactId id, FeedbackType answer, long atMs)
    {
        var happened = new CustomerEvent { Id = $"{id}{answer}", Type = 1, AtMs = atMs, Feedback = answer, Decision = id.Decision, Action = id.Action };
        for (var times = dice.Next(5) == 0 ? 2 : 1; times > 0; times--)
        {
            var next = _state.Clone();
            var outcome = EventRecording.Record(next, happened, _catalog, atMs).Outcome;
            tally.RepeatedFeedback += outcome == EventOutcome.Duplicate ? 1 : 0;
            _state = next;
        }
    }

    // As the customer's grain does: an answer that was given is given again; a change is made on a copy and committed.
    private void Ask(string requestId)
    {
        var placement = _catalog.Placement(dice.Next(2) == 0 ? SimulatedBank.Page : SimulatedBank.Text)!;
        var action = _catalog.Actions[dice.Next(_catalog.Actions.Length)];
        var ask = placement.AskFor(action, placement.TreatmentOf(action.Number));
        for (var attempt = 0; ; attempt++)
        {
            if (_state.AnsweredRequests.Find(requestId) is not null)
            {
                tally.Repeats++;
                return;
            }

            var refusal = _catalog.ContactPolicy.FirstRefusal(_state.ContactMemory, ask, _nowMs);
            if (attempt == 0)
            {
                Compare(ask, refusal);
            }

            if (refusal.IsRefused)
            {
                return;
            }

            var next = _state.Clone();
            var contact = new ContactId(new(((ulong)_nowMs << 16) | placement.Number, ++_decisions), action.Number);
            if (placement.CountsAtDecision)
            {
                EventRecording.CountContact(next, contact, _nowMs, _catalog);
            }
            else
            {
                EventRecording.ReserveContact(next, contact, _catalog);
            }

            next.AnsweredRequests.Add(requestId, 1, _nowMs, 1, []);
            if (attempt == 0 && dice.Next(20) == 0)
            {
                tally.LostCommits++;
                continue;
            }

            _state = next;
            Committed(placement, ask, contact);
            if (dice.Next(10) > 0)
            {
                return;
            }
        }
    }

    private void Committed(Placement placement, ContactAsk ask, ContactId contact)
    {
        if (!ask.IsBound)
        {
            return;
        }

        if (placement.CountsAtDecision)
        {
            Made(ask.Scopes, _nowMs);
            if (dice.Next(20) == 0)
            {
                EventRecording.VoidContact(_state, contact, _catalog);
                _log.Unmake(_log.At(ask.Scopes, _nowMs));
                tally.Void++;
            }

            return;
        }

        _log.Held.Add((contact.Decision.Low, contact.Action), (_log.At(ask.Scopes, _nowMs), _nowMs + (30 * MinuteMs)));
        _toBeSeen.Enqueue((contact, ask.Scopes), _nowMs + dice.NextInt64(30 * MinuteMs));
        tally.Held++;
    }

    private void Made(ContactScopes scopes, long atMs)
    {
        _log.Make(_log.At(scopes, atMs));
        tally.Made++;
        tally.Exceeded += _log.Exceeded(scopes, atMs);
    }

    private void Compare(ContactAsk ask, ContactRefusal refusal)
    {
        tally.Asked++;
        var isRefused = ask.IsBound && _log.Refuses(ask.Scopes, _nowMs);
        tally.WronglyAllowed += isRefused && !refusal.IsRefused ? 1 : 0;
        tally.WronglyRefused += !isRefused && refusal.IsRefused ? 1 : 0;
        if (refusal.IsRefused)
        {
            tally.Refused++;
            tally.Reasons[refusal.Reason] = tally.Reasons.GetValueOrDefault(refusal.Reason) + 1;
        }
    }
}
