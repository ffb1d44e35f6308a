using FsCheck.Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Contacts;

/// <summary>The policy against a log that keeps everything and counts it for every question.</summary>
public sealed class ContactPolicyProperties
{
    private const int Ample = 500;
    private const long MinuteMs = 60_000;

    private static readonly long[] Gaps =
        [0, 1, 29 * MinuteMs, 59 * MinuteMs, 200 * MinuteMs, 800 * MinuteMs, 1440 * MinuteMs, 1560 * MinuteMs, 5 * 1440 * MinuteMs];

    [Property(MaxTest = 1500)]
    public void It_refuses_what_the_log_refuses_and_for_the_same_reason_whatever_happens(int seed)
    {
        var play = new Play(seed, Ample);
        for (var step = 0; step < 60; step++)
        {
            play.AskAndCompare();
            play.DoAnything();
        }

        play.CompareUses();
    }

    [Property(MaxTest = 1500)]
    public void Contacts_that_it_allows_never_exceed_a_cap_though_slots_are_held_seen_late_and_given_back(int seed)
    {
        var play = new Play(seed, Ample);
        for (var step = 0; step < 80; step++)
        {
            play.Pass();
            play.MakeIfAllowed();
            play.SettleHeld();
            Assert.Empty(play.Log.Exceeded(play.Now));
        }
    }

    [Property(MaxTest = 800)]
    public void A_memory_that_falls_short_refuses_too_much_and_never_too_little(int seed, byte keep)
    {
        var play = new Play(seed, 1 + (keep % 6));
        for (var step = 0; step < 60; step++)
        {
            play.AskAndCompare(isExact: false);
            play.DoAnything();
            if (step % 10 == 9)
            {
                play.ChangeLimits();
            }
        }
    }

    [Property(MaxTest = 800)]
    public void As_many_contacts_as_the_largest_limit_are_all_that_need_be_kept(int seed)
    {
        var play = new Play(seed, 5);
        for (var step = 0; step < 60; step++)
        {
            play.AskAndCompare();
            play.RecordLate();
            play.Restart();
        }
    }

    [Property(MaxTest = 300)]
    public void A_limit_that_is_lowered_and_raised_again_is_exact_while_the_memory_suffices(int seed)
    {
        var play = new Play(seed, Ample);
        for (var step = 0; step < 40; step++)
        {
            play.AskAndCompare();
            play.DoAnything();
            play.ChangeLimits();
        }
    }

    [Fact]
    public void A_limit_that_is_raised_past_what_was_kept_is_refused_until_the_window_has_passed()
    {
        var (history, scopes, calendar) = (new ContactHistory(), new ContactScopes(1, 1, 1, 1), new BankCalendar("Asia/Shanghai"));
        for (var i = 0; i < 5; i++)
        {
            history.Record(scopes, Bank.Now + i, keep: 2, CountMoment.Impression);
        }

        ContactCap cap = new("daily", CapScope.All, 0, 8, CapWindow.Sliding(Bank.DayMs));
        var policy = new ContactPolicy([cap], calendar);
        ContactRequest ask = new(Purpose.Marketing, scopes, CountMoment.Impression);
        Assert.Equal(ReasonCode.CapReached, policy.FirstRefusal(new(history, new(), new(), new()), ask, Bank.Now + 10).Reason);
        Assert.Equal(Bank.Now + 2 + Bank.DayMs, policy.Uses(new(history, new(), new(), new()), Bank.Now + 10).Single().NextFreeMs);

        var later = ContactHistory.FromBytes(history.ToBytes());
        Assert.True(policy.FirstRefusal(new(later, new(), new(), new()), ask, Bank.Now + 2 + Bank.DayMs - 1).IsRefused);
        Assert.False(policy.FirstRefusal(new(later, new(), new(), new()), ask, Bank.Now + 2 + Bank.DayMs).IsRefused);
    }

    [Fact]
    public void A_rule_that_is_none_refuses()
    {
        var scopes = new ContactScopes(1, 1, 1, 1);
        ContactState memory = new(new(), new(), new(), new());
        ContactRequest ask = new(Purpose.Marketing, scopes);
        Assert.Equal(ReasonCode.CapReached, Of([new("none", CapScope.All, 0, 5, default)]).FirstRefusal(memory, ask, Bank.Now).Reason);
        Assert.Equal(
            ReasonCode.CapReached, Of([new("none", CapScope.All, 0, 0, CapWindow.Sliding(1))]).FirstRefusal(memory, ask, Bank.Now).Reason);
        Assert.Equal(
            ReasonCode.QuietHours, Of([], new() { QuietHours = [new("app", 1, -1, 2000)] }).FirstRefusal(memory, ask, Bank.Now).Reason);
        Assert.Equal(ReasonCode.Suppressed, Of([], new() { Spacings = [new("", 0, 0)] }).FirstRefusal(memory, ask, Bank.Now).Reason);
        Assert.Equal(
            ReasonCode.Suppressed, Of([], new() { Exclusions = [new("none", [1, 2], 0)] }).FirstRefusal(memory, ask, Bank.Now).Reason);

        static ContactPolicy Of(ContactCap[] caps, ContactRules? rules = null) => new([.. caps], new BankCalendar("Asia/Shanghai"), rules);
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var play = new Play(7, Ample);
        for (var i = 0; i < 50; i++)
        {
            play.DoAnything();
        }

        var caps = Enumerable.Range(0, 12).Select(static i => new ContactCap(
            $"cap{i}", (CapScope)((i % 5) + 1), 0, 900,
            i % 2 == 0 ? CapWindow.Sliding(7 * Bank.DayMs) : CapWindow.Calendar((CalendarPeriod)((i % 3) + 1))));
        var policy = new ContactPolicy([.. caps], new BankCalendar("Europe/Berlin"), new()
        {
            QuietHours = [new("c1", 1, 60, 61)],
            Exclusions = [new("group", [1, 9], Bank.DayMs)],
            Spacings = [new("c9", 9, 1000)],
            CoolDowns = [new("a", 1, 0, 1000, 1000), new("c", 0, 1, 1000, 1000)],
        });
        var memory = play.State.ContactState;
        ContactRequest ask = new(Purpose.Marketing, new(1, 1, 1, 1), CountMoment.Impression);
        policy.FirstRefusal(memory, ask, Bank.Now, [ask]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        policy.FirstRefusal(memory, ask, Bank.Now, [ask]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // A customer and a log that go through the same.
    private sealed class Play
    {
        private readonly Random _dice;
        private readonly int _keep;
        private ContactPolicy _policy;
        private ulong _decisions;

        public Play(int seed, int keep)
        {
            (_dice, _keep) = (new Random(seed), keep);
            Log = new NaivePolicy(_dice);
            _policy = Log.Compile();
            Now = Log.StartMs;
        }

        public NaivePolicy Log { get; }

        public CustomerState State { get; private set; } = new();

        public long Now { get; private set; }

        public void Pass() => Now += Gaps[_dice.Next(Gaps.Length)];

        public void AskAndCompare(bool isExact = true)
        {
            Pass();
            var ask = DrawAsk();
            ContactRequest[] pending = [.. Enumerable.Range(0, _dice.Next(4) == 0 ? 2 : 0).Select(_ => DrawAsk())];
            var (expected, found) = (Log.FirstRefusal(ask, Now, pending), Refusal(ask, pending));
            if (isExact)
            {
                Assert.Equal(expected, found);
            }
            else if (expected.Length > 0)
            {
                Assert.NotEqual("", found);
            }
        }

        public void DoAnything()
        {
            switch (_dice.Next(8))
            {
                case 0 or 1 or 2:
                    MakeIfAllowed();
                    break;
                case 3:
                    RecordLate();
                    break;
                case 4:
                    Void();
                    break;
                case 5:
                    SettleHeld();
                    break;
                case 6:
                    Answer();
                    break;
                default:
                    Restart();
                    break;
            }
        }

        public void MakeIfAllowed()
        {
            var ask = DrawAsk();
            if (Refusal(ask, []).Length > 0)
            {
                return;
            }

            if (_policy.Reserves(ask))
            {
                var (id, contact) = (DrawId(ask.Scopes.Action), new NaivePolicy.Contact(ask.Scopes, Now, ask.Moment, ask.Purpose));
                var expires = Now + (30 * MinuteMs);
                Assert.True(State.Reservations.TryReserve(new(id, ask.Scopes, ask.Moment, expires, ask.Bound), Now));
                Assert.True(
                    State.Reservations.TryReserve(new(id, ask.Scopes, ask.Moment, expires + 1, ask.Bound), Now),
                    "a repeat takes nothing more");
                Log.Held.Add((id, contact, expires));
            }
            else
            {
                Record(ask, Now);
            }
        }

        public void RecordLate() => Record(DrawAsk(), Now - Gaps[_dice.Next(Gaps.Length)]);

        // Each held slot is seen at some instant while it lives, or given back, or left to expire.
        public void SettleHeld()
        {
            foreach (var held in Log.Held.Where(_ => _dice.Next(2) == 0).ToList())
            {
                Log.Held.Remove(held);
                var ended = State.Reservations.End(held.Id);
                Assert.True(ended is not null || held.ExpiresAtMs <= Now, "a slot that lives is held");
                Assert.Null(State.Reservations.End(held.Id));
                if (held.ExpiresAtMs > Now && _dice.Next(3) > 0)
                {
                    Record(new(held.Contact.Purpose, ended!.Value.Scopes, ended.Value.Moment), Now);
                }
            }
        }

        public void Restart() =>
            State = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(_dice.Next(2) == 0 ? State : State.Clone()));

        public void ChangeLimits()
        {
            Log.Caps = [.. Log.Caps.Select(cap => cap with { Limit = _dice.Next(1, 12) })];
            _policy = Log.Compile();
        }

        public void CompareUses()
        {
            foreach (var use in _policy.Uses(State.ContactState, Now))
            {
                var cap = Log.Caps.Single(one => one.Id == use.Cap.Id);
                Assert.Equal(Log.Used(cap, use.ScopeNumber, Now), use.Used);
                Assert.Equal(use.Remaining == 0, use.NextFreeMs > 0);
                if (use.Remaining == 0)
                {
                    Assert.True(Log.Used(cap, use.ScopeNumber, use.NextFreeMs) < cap.Limit, "there is room when it says so");
                    Assert.True(Log.Used(cap, use.ScopeNumber, use.NextFreeMs - 1) >= cap.Limit, "there is none a moment before");
                }
            }
        }

        private void Record(ContactRequest ask, long atMs)
        {
            State.Contacts.Record(ask.Scopes, atMs, _keep, ask.Moment, ask.Bound);
            Log.Contacts.Add(new(ask.Scopes, atMs, ask.Moment, ask.Purpose));
        }

        private void Void()
        {
            if (Log.Contacts.Count > 0)
            {
                var made = Log.Contacts[_dice.Next(Log.Contacts.Count)];
                Log.Contacts.Remove(made);
                State.Contacts.Remove(made.Scopes, made.AtMs, made.Moment, new ContactRequest(made.Purpose, made.Scopes).Bound);
            }
        }

        private void Answer()
        {
            var (ask, atMs) = (DrawAsk(), Now - Gaps[_dice.Next(Gaps.Length)]);
            var isDismissal = _dice.Next(2) == 0;
            Log.Answers.Add((ask.Scopes.Action, ask.Scopes.Category, isDismissal, atMs));
            if (isDismissal)
            {
                State.ContactAnswers.Dismissed(ask.Scopes.Action, ask.Scopes.Category, atMs);
            }
            else
            {
                State.ContactAnswers.Accepted(ask.Scopes.Action, ask.Scopes.Category, atMs);
            }
        }

        private string Refusal(ContactRequest ask, ContactRequest[] pending)
        {
            var refusal = _policy.FirstRefusal(State.ContactState, ask, Now, pending);
            return refusal.IsRefused ? NaivePolicy.Named(refusal.Reason, _policy.Parts[refusal.AccessSource].Id) : "";
        }

        // An action has one category, and a treatment one action.
        private ContactRequest DrawAsk()
        {
            var action = _dice.Next(1, 5);
            var scopes = new ContactScopes(
                (ushort)_dice.Next(1, 3), (ushort)((action % 2) + 1), (ushort)action, (ushort)((action * 2) - 1 + _dice.Next(2)));
            var purpose = _dice.Next(4) == 0 ? Purpose.Service : Purpose.Marketing;
            return new(purpose, scopes, (CountMoment)_dice.Next(1, 4), _dice.Next(8));
        }

        private ContactId DrawId(ushort action) => new(new(((ulong)Now << 16) | 1, ++_decisions), action);
    }
}
