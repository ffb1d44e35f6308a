using Zhice.Contracts.HandOffs;
using Zhice.Domain.Customers;
using Zhice.Domain.HandOffs;
using Zhice.Grains.HandOffs;

namespace Zhice.Grains.Customers;

/// <content>Agent holds.</content>
internal sealed partial class CustomerGrain
{
    public async ValueTask<HoldAnswer> Hold(HoldRequest order)
    {
        if (await Answered(order.RequestId) is { } answered)
        {
            return answered.BodyHash == order.BodyHash ? AgentHolds.FromBytes(answered.Answer) : new(HoldResult.RequestIdReused);
        }

        if (order.MustBeKnown && _state.Version == 0)
        {
            return new(HoldResult.UnknownCustomer);
        }

        var next = _state.Current.Clone();
        var answer = AgentHolds.Hold(
            next, order, this.GetPrimaryKeyString(), shared.Catalogs.Current, NowMs, shared.Keys.Current, shared.Attribution);
        if (answer.Result == HoldResult.Held)
        {
            await Commit(next, order.RequestId, order.BodyHash, AgentHolds.ToBytes(answer));
        }

        return answer;
    }

    public ValueTask<bool> EndHold(HoldEnd end) => Transact(async change =>
    {
        var isEnded = change.Next.Holds.End(end.Contact);
        var outcome = end.FeedbackIn(change.Catalog, change.NowMs) is { } answer
            ? await ApplyEvent(change, answer)
            : EventOutcome.Duplicate;
        (change.Next.Effects ??= new()).Withdraw(end.Contact.ToString());
        return (isEnded || outcome == EventOutcome.Recorded, isEnded);
    });
}
