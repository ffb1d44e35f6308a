using FsCheck.Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Contacts;

/// <summary>A moment of the policy, which answers for all candidates of a decision what was counted for one.</summary>
public sealed class PolicyMomentTests
{
    // Some that are alike in what the moment tells apart by, and some that are not.
    private static readonly ushort[] Numbers = [1, 9, 65, 73, 2, 3];

    [Property(MaxTest = 500)]
    public void It_answers_for_many_contacts_as_if_each_were_asked_alone(int seed)
    {
        var dice = new Random(seed);
        var state = new CustomerState();
        var groups = new CategoryGroups([KeyValuePair.Create<ushort, ushort>(9, 1), KeyValuePair.Create<ushort, ushort>(73, 3)]);
        ContactCap[] caps = [.. Enumerable.Range(0, 8).Select(i => new ContactCap(
            $"cap{i}", (CapScope)((i % 5) + 1), dice.Next(4) == 0 ? Draw(dice) : (ushort)0, dice.Next(1, 4), CapWindow.Sliding(Bank.DayMs))
        {
            CountAt = (CountMoment)dice.Next(4), Purposes = (BoundPurposes)dice.Next(1, 4), HoldLastForPriority = dice.Next(3),
            Reserve = dice.Next(4) == 0,
        })];
        var policy = new ContactPolicy([.. caps], new BankCalendar("Asia/Shanghai"), new() { Categories = groups });
        for (var contact = 0; contact < dice.Next(6); contact++)
        {
            var made = DrawAsk(dice, channel: 1);
            state.Contacts.Record(made.Scopes, Bank.Now - dice.Next(2 * (int)Bank.DayMs), keep: 3, made.Moment, made.Bound);
            var held = DrawAsk(dice, channel: 1);
            state.Reservations.TryReserve(
                new(new(new(1, (ulong)contact), held.Scopes.Action), held.Scopes, held.Moment, Bank.Now + dice.Next(2), held.Bound),
                Bank.Now);
        }

        var moment = policy.At(state.ContactState, channel: 1, Bank.Now, new CapMoment[caps.Length]);
        for (var i = 0; i < 40; i++)
        {
            var ask = DrawAsk(dice, channel: 1);
            ContactRequest[] pending = dice.Next(4) == 0 ? [DrawAsk(dice, channel: 1)] : [];
            Assert.Equal(policy.FirstRefusal(state.ContactState, ask, Bank.Now, pending), policy.FirstRefusal(moment, ask, pending));
        }
    }

    private static ushort Draw(Random dice) => Numbers[dice.Next(Numbers.Length)];

    private static ContactRequest DrawAsk(Random dice, ushort channel) => new(
        dice.Next(4) == 0 ? Purpose.Service : Purpose.Marketing,
        new(channel, Draw(dice), Draw(dice), Draw(dice)),
        (CountMoment)dice.Next(1, 4),
        dice.Next(3));
}
