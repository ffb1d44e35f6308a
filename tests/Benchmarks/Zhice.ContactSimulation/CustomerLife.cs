using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.ContactSimulation;

/// <summary>
/// One customer, asked about at random times: contacts are decided, held, seen, answered, void, and handed over; the customer and
/// the bank say what binds them; commits are lost, requests and feedback come twice, the state goes through its bytes. A plain
/// log of the same is asked the same.
/// </summary>
internal sealed partial class CustomerLife(SimulatedBank bank, Random dice, Tally tally)
{
    private const long MinuteMs = 60_000;

    private static readonly long FirstMs = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly PropensityModels Untaught = new();

    private readonly PlainLog _log = new(bank.ZoneId);
    private readonly PriorityQueue<Action, long> _toCome = new();

    // The bank's, with what is stopped now.
    private Catalog _catalog = bank.Catalog;

    // Within two years there are all months, and every change of clocks twice.
    private long _nowMs = FirstMs + dice.NextInt64(700 * SimulatedBank.DayMs);
    private CustomerState _state = new();
    private long _version;
    private ulong _decisions;

    public void Live(int asks)
    {
        for (var i = 0; i < asks; i++)
        {
            var pauseMs = (long)(-Math.Log(1 - dice.NextDouble()) * (dice.Next(3) == 0 ? 10 * MinuteMs : 5 * SimulatedBank.HourMs));
            if (dice.Next(3) == 0)
            {
                _toCome.Enqueue(SaySomething, _nowMs + dice.NextInt64(pauseMs + 1));
            }

            PassTo(_nowMs + pauseMs);
            Ask($"r{i}");
            if (dice.Next(10) == 0)
            {
                _state = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(_state));
                tally.Restarts++;
            }
        }
    }

    private void PassTo(long ms)
    {
        while (_toCome.TryPeek(out _, out var atMs) && atMs <= ms)
        {
            _nowMs = Math.Max(_nowMs, atMs);
            _toCome.Dequeue()();
        }

        _nowMs = ms;
    }

    // As the customer's grain does: a change is made on a copy and committed.
    private void Commit(Action<CustomerState> change)
    {
        var next = _state.Clone();
        change(next);
        (_state, _version) = (next, _version + 1);
    }

    // What is shown on the page is seen, or void, or forgotten.
    private void BeSeen(ContactId id, ContactScopes scopes)
    {
        switch (dice.Next(6))
        {
            case 0:
                break;
            case 1:
                Commit(next =>
                {
                    EventRecording.VoidContact(next, id, _catalog);
                    EventRecording.VoidContact(next, id, _catalog);
                });
                _log.Held.Remove((id.Decision.Low, id.Action));
                tally.Void++;
                break;
            default:
                See(id, scopes);
                break;
        }
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
        var customerEvent = new CustomerEvent { Id = $"{id}{answer}", Type = 1, AtMs = atMs, Feedback = answer, Decision = id.Decision, Action = id.Action };
        for (var times = dice.Next(5) == 0 ? 2 : 1; times > 0; times--)
        {
            Commit(next =>
                tally.RepeatedFeedback += EventRecording.Record(next, customerEvent, _catalog, atMs).Outcome == EventOutcome.Duplicate
                    ? 1
                    : 0);
        }
    }

    // An answer that was given is given again.
    private void Ask(string requestId)
    {
        var placement = _catalog.Placement((ushort)(1 + dice.Next(SimulatedBank.Push)))!;
        var candidate = placement.Candidates[dice.Next(placement.Candidates.Length)];
        var (action, ask) = (candidate.Action, placement.AskFor(candidate.Action, candidate.Treatments[0].Number));
        int? campaign = placement.Number == SimulatedBank.Page ? null : dice.Next(SimulatedBank.CampaignIds.Length);
        for (var attempt = 0; ; attempt++)
        {
            if (_state.AnsweredRequests.Find(requestId) is not null)
            {
                tally.Repeats++;
                return;
            }

            var contact = new ContactId(new(((ulong)_nowMs << 16) | placement.Number, ++_decisions), action.Number);
            var reason = Decide(contact, placement, candidate, campaign);
            if (attempt == 0)
            {
                Compare(ask, campaign, reason);
            }

            if (reason != ReasonCode.Offered)
            {
                return;
            }

            if (attempt == 0 && dice.Next(20) == 0)
            {
                tally.LostCommits++;
                continue;
            }

            var expiresAtMs = Math.Min(
                _nowMs + LifeMs, _catalog.ContactPolicy.ConsentEndsAtMs(_state.Consents, placement.Channel, action.Purpose));
            Commit(next =>
            {
                switch (placement.CountAt)
                {
                    case CountMoment.Decision:
                        EventRecording.CountContact(next, contact, _nowMs, _catalog);
                        break;
                    case CountMoment.Impression:
                        EventRecording.ReserveContact(next, contact, _catalog);
                        break;
                    default:
                        EventRecording.HoldContact(next, contact, expiresAtMs, _catalog);
                        break;
                }

                next.AnsweredRequests.Add(requestId, 1, _nowMs, 1, []);
            });
            Committed(placement, ask, contact, campaign, expiresAtMs);
            if (dice.Next(10) > 0)
            {
                return;
            }
        }
    }

    // A campaign asks first whether it is stopped itself, as a turn of one does.
    private ReasonCode Decide(ContactId contact, Placement placement, Candidate candidate, int? campaign)
    {
        if (campaign is { } asking
            && _catalog.Stops.FindHolder("", candidate.Action.Id, SimulatedBank.CampaignIds[asking], candidate.Action.Purpose) is not null)
        {
            return ReasonCode.Stopped;
        }

        var view = new CustomerView(_state, _catalog, [], _nowMs) { Id = "c", Version = _version };
        return Decider.DecideAlone(contact.Decision, view, placement, candidate, Untaught, UnlimitedStock.Instance).Verdicts[0].Reason;
    }

    private void Committed(Placement placement, ContactRequest ask, ContactId contact, int? campaign, long expiresAtMs)
    {
        var entry = _log.At(ask.Scopes, _nowMs);
        if (ask.IsBound && placement.CountsAtDecision)
        {
            Made(ask.Scopes, _nowMs);
        }
        else if (ask.IsBound)
        {
            _log.Held.Add(
                (contact.Decision.Low, contact.Action),
                (entry, campaign is null ? _nowMs + (30 * MinuteMs) : expiresAtMs + (2 * SimulatedBank.HourMs)));
            tally.Held++;
        }

        if (campaign is { } sending)
        {
            Wait(
                new(contact, ask, sending, _version, expiresAtMs, entry),
                _nowMs + dice.NextInt64(dice.Next(3) == 0 ? LifeMs * 11 / 10 : SimulatedBank.HourMs));
        }
        else if (ask.IsBound)
        {
            _toCome.Enqueue(() => BeSeen(contact, ask.Scopes), _nowMs + dice.NextInt64(30 * MinuteMs));
        }
    }

    private void Made(ContactScopes scopes, long atMs)
    {
        _log.Make(_log.At(scopes, atMs));
        tally.Made++;
        tally.Exceeded += _log.Exceeded(scopes, atMs);
    }

    private void Compare(ContactRequest ask, int? campaign, ReasonCode reason)
    {
        tally.Asked++;
        var (expected, isRefused) = (_log.Refuses(ask.Scopes, ask.Purpose, campaign, _nowMs), reason != ReasonCode.Offered);
        tally.WronglyAllowed += expected is not null && !isRefused ? 1 : 0;
        tally.WronglyRefused += expected is null && isRefused ? 1 : 0;
        tally.WrongReasons += expected is { } why && isRefused && why != reason ? 1 : 0;
        if (isRefused)
        {
            tally.Refused++;
            tally.Reasons[reason] = tally.Reasons.GetValueOrDefault(reason) + 1;
        }
    }
}
