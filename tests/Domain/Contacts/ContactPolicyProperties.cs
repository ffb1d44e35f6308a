using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Contacts;

namespace Zhice.Domain.Tests.Contacts;

/// <summary>Caps against a naive log that keeps every contact and counts them.</summary>
public sealed class ContactPolicyProperties
{
    private const long HourMs = 3_600_000;

    private static readonly string[] Zones = ["Asia/Shanghai", "America/New_York", "Europe/Lisbon"];

    private static readonly long[] Gaps = [0, 1, HourMs - 1, 3 * HourMs, 13 * HourMs, 24 * HourMs, 26 * HourMs, 5 * 24 * HourMs, 20 * 24 * HourMs];

    // Summer time begins in New York on 2026-03-08 and in Lisbon on 2026-03-29.
    private static readonly long Start = new DateTimeOffset(2026, 3, 5, 9, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public readonly record struct CapDraft(byte Scope, byte Number, byte Limit, byte Window);

    public readonly record struct Step(byte Gap, byte Channel, byte Category, byte Action);

    [Property(MaxTest = 400)]
    public void Contacts_made_only_where_no_cap_is_reached_never_exceed_one(CapDraft[] drafts, Step[] steps, byte zone)
    {
        var (naive, policy) = Make(drafts, zone);
        var history = new ContactHistory();
        var now = Start;
        foreach (var step in steps)
        {
            now += Gaps[step.Gap % Gaps.Length];
            var scopes = ScopesOf(step);
            var reached = policy.FirstReached(history, scopes, now);
            Assert.Equal(naive.FirstReached(scopes, now, []), reached);
            if (reached is null)
            {
                history.Record(scopes, now, naive.Keep);
                naive.Made.Add((scopes, now));
                naive.AssertWithinCaps(now);
            }
        }

        AssertUsesAgree(naive, policy, history, now);
    }

    [Property(MaxTest = 400)]
    public void Contacts_that_come_late_and_beyond_the_caps_count_as_well(CapDraft[] drafts, Step[] steps, byte zone, byte[] delays)
    {
        var (naive, policy) = Make(drafts, zone);
        var history = new ContactHistory();
        var now = Start;
        for (var i = 0; i < steps.Length; i++)
        {
            now += Gaps[steps[i].Gap % Gaps.Length];
            var scopes = ScopesOf(steps[i]);
            Assert.Equal(naive.FirstReached(scopes, now, []), policy.FirstReached(history, scopes, now));

            var at = now - (delays.Length == 0 ? 0 : Gaps[delays[i % delays.Length] % Gaps.Length]);
            history.Record(scopes, at, naive.Keep);
            naive.Made.Add((scopes, at));
        }

        AssertUsesAgree(naive, policy, history, now);
        AssertUsesAgree(naive, policy, history, now + HourMs);
        AssertUsesAgree(naive, policy, ContactHistory.FromBytes(history.ToBytes()), now);
    }

    [Property(MaxTest = 300)]
    public void Pending_contacts_count_as_if_they_were_made(CapDraft[] drafts, Step[] steps, Step[] pending, Step next, byte zone)
    {
        var (naive, policy) = Make(drafts, zone);
        var history = new ContactHistory();
        var now = Start;
        foreach (var step in steps)
        {
            now += Gaps[step.Gap % Gaps.Length];
            history.Record(ScopesOf(step), now, naive.Keep);
            naive.Made.Add((ScopesOf(step), now));
        }

        ContactScopes[] waiting = [.. pending.Select(ScopesOf)];
        var found = policy.FirstReached(history, ScopesOf(next), now, waiting);
        Assert.Equal(naive.FirstReached(ScopesOf(next), now, waiting), found);

        var after = history.Clone();
        foreach (var scopes in waiting)
        {
            after.Record(scopes, now, naive.Keep);
        }

        Assert.Equal(policy.FirstReached(after, ScopesOf(next), now), found);
    }

    [Property]
    public void A_void_contact_gives_its_slot_back_and_a_clone_keeps_what_it_had(Step[] steps, Step mistaken, byte at)
    {
        var (history, now) = (new ContactHistory(), Start);
        foreach (var step in steps)
        {
            history.Record(ScopesOf(step), now += Gaps[step.Gap % Gaps.Length], 1000);
        }

        var before = history.ToBytes();
        var clone = history.Clone();
        var voidAt = Start + (at * HourMs) + 7;
        history.Record(ScopesOf(mistaken), voidAt, 1000);
        Assert.Equal(before, clone.ToBytes());

        history.Remove(ScopesOf(mistaken), voidAt);
        foreach (var (scope, number) in clone.Scopes)
        {
            Assert.Equal(clone.CountSince(scope, number, 0), history.CountSince(scope, number, 0));
            Assert.Equal(clone.NthLatest(scope, number, 1), history.NthLatest(scope, number, 1));
        }

        Assert.Equal(steps.Length, history.CountSince(CapScope.All, 0, 0));
    }

    [Fact]
    public void Looking_for_a_reached_cap_allocates_nothing()
    {
        var drafts = Enumerable.Range(0, 12).Select(static i => new CapDraft((byte)i, 0, 200, (byte)i)).ToArray();
        var (_, policy) = Make(drafts, 0);
        var history = new ContactHistory();
        var scopes = new ContactScopes(1, 1, 1);
        history.Record(scopes, Start, 16);
        policy.FirstReached(history, scopes, Start);

        var before = GC.GetAllocatedBytesForCurrentThread();
        policy.FirstReached(history, scopes, Start);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ContactScopes ScopesOf(Step step) =>
        new((ushort)((step.Channel % 2) + 1), (ushort)((step.Category % 2) + 1), (ushort)((step.Action % 3) + 1));

    private static (NaiveCaps Naive, ContactPolicy Policy) Make(CapDraft[] drafts, byte zone)
    {
        var naive = new NaiveCaps(drafts, Zones[zone % Zones.Length]);
        return (naive, new ContactPolicy([.. naive.Caps.Select(static cap => cap.Cap)], new BankCalendar(naive.ZoneId)));
    }

    private static void AssertUsesAgree(NaiveCaps naive, ContactPolicy policy, ContactHistory history, long now)
    {
        var uses = policy.Uses(history, now).ToList();
        Assert.Equal(naive.Caps.Sum(cap => naive.NumbersOf(cap.Cap).Count()), uses.Count);
        foreach (var use in uses)
        {
            var cap = naive.Caps.Single(one => ReferenceEquals(one.Cap, use.Cap));
            Assert.Contains(use.ScopeNumber, naive.NumbersOf(use.Cap));
            Assert.Equal(Math.Min(naive.Keep, naive.Count(cap, use.ScopeNumber, now)), use.Used);
            Assert.Equal(Math.Max(0, use.Cap.Limit - use.Used), use.Remaining);
            if (use.Remaining > 0)
            {
                Assert.Equal(0, use.NextFreeMs);
            }
            else
            {
                Assert.True(naive.Count(cap, use.ScopeNumber, use.NextFreeMs) < use.Cap.Limit, "there is room when it says so");
                Assert.True(naive.Count(cap, use.ScopeNumber, use.NextFreeMs - 1) >= use.Cap.Limit, "there is none a moment before");
            }
        }
    }

    private sealed class NaiveCaps
    {
        private readonly TimeZoneInfo _zone;

        public NaiveCaps(CapDraft[] drafts, string zoneId)
        {
            ZoneId = zoneId;
            _zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
            Caps = [.. drafts.Select(static (draft, i) => Read(draft, i))];
            Keep = Caps.Select(static cap => cap.Cap.Limit).DefaultIfEmpty(1).Max();
        }

        public string ZoneId { get; }

        public List<(ContactCap Cap, long SlidingMs, CalendarPeriod Period)> Caps { get; }

        public int Keep { get; }

        public List<(ContactScopes Scopes, long AtMs)> Made { get; } = [];

        public int Count((ContactCap Cap, long SlidingMs, CalendarPeriod Period) cap, ushort number, long now) => Made.Count(contact =>
            contact.Scopes.In(cap.Cap.Scope) == number
            && (cap.SlidingMs > 0
                ? now < contact.AtMs + cap.SlidingMs
                : PeriodOf(cap.Period, contact.AtMs) == PeriodOf(cap.Period, now)));

        public ContactCap? FirstReached(ContactScopes scopes, long now, ContactScopes[] pending) => Caps.FirstOrDefault(cap =>
        {
            var number = scopes.In(cap.Cap.Scope);
            return (cap.Cap.ScopeNumber == 0 || cap.Cap.ScopeNumber == number)
                && Count(cap, number, now) + pending.Count(other => other.In(cap.Cap.Scope) == number) >= cap.Cap.Limit;
        }).Cap;

        public void AssertWithinCaps(long now) => Assert.All(Caps, cap =>
            Assert.All(NumbersOf(cap.Cap), number => Assert.True(Count(cap, number, now) <= cap.Cap.Limit)));

        public IEnumerable<ushort> NumbersOf(ContactCap cap) => cap.Scope == CapScope.All || cap.ScopeNumber != 0
            ? [cap.ScopeNumber]
            : Made.Select(contact => contact.Scopes.In(cap.Scope)).Distinct();

        private static (ContactCap Cap, long SlidingMs, CalendarPeriod Period) Read(CapDraft draft, int i)
        {
            var scope = (CapScope)((draft.Scope % 4) + 1);
            var number = (ushort)(scope == CapScope.All ? 0 : draft.Number % 3);
            var (sliding, period) = (draft.Window % 6) switch
            {
                0 => (HourMs, default),
                1 => (24 * HourMs, default),
                2 => (7 * 24 * HourMs, default),
                var calendar => (0L, (CalendarPeriod)(calendar - 2)),
            };
            var window = sliding > 0 ? CapWindow.Sliding(sliding) : CapWindow.Calendar(period);
            return (new ContactCap($"cap{i}", scope, number, (draft.Limit % 4) + 1, window), sliding, period);
        }

        private DateOnly PeriodOf(CalendarPeriod period, long ms)
        {
            var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), _zone).DateTime);
            return period switch
            {
                CalendarPeriod.Day => date,
                CalendarPeriod.Week => DateOnly.FromDayNumber(date.DayNumber - (date.DayNumber % 7)), // day 0 is a Monday
                _ => new DateOnly(date.Year, date.Month, 1),
            };
        }
    }
}
