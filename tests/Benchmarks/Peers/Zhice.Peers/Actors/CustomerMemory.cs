using Zhice.Case;
using Zhice.Domain.Customers;
using Zhice.V1;

namespace Zhice.Peers.Actors;

/// <summary>What the actor of one customer holds and does, the same in each framework. Its state is made at the first call.</summary>
internal sealed class CustomerMemory(string id, CaseDecider decider)
{
    private readonly CustomerState _state = Create(id);

    public RecommendResponse Recommend() => decider.Decide(id, _state);

    private static CustomerState Create(string id)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return CaseCustomer.Create(CaseCustomer.NumberOf(id), nowMs).ToState(nowMs);
    }
}
