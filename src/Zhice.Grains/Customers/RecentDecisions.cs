using Zhice.Domain.Decisions;

namespace Zhice.Grains.Customers;

/// <summary>The last 8 decisions for a customer, to be explained and to be learned from.</summary>
internal sealed class RecentDecisions
{
    private const int Capacity = 8;

    private Decision?[] _decisions = [];
    private int _next;

    public Decision Add(Decision decision)
    {
        if (_next == _decisions.Length && _next < Capacity)
        {
            Array.Resize(ref _decisions, Math.Clamp(_next * 2, 1, Capacity));
        }

        _decisions[_next % Capacity] = decision;
        _next = _next + 1 < Capacity * 2 ? _next + 1 : Capacity;
        return decision;
    }

    public Decision? Find(DecisionId id)
    {
        foreach (var decision in _decisions)
        {
            if (decision?.Id == id)
            {
                return decision;
            }
        }

        return null;
    }
}
