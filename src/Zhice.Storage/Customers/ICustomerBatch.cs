using Zhice.Domain.Customers;
using Zhice.Storage.States;

namespace Zhice.Storage.Customers;

/// <summary>Changes to some customers, to be kept together.</summary>
internal interface ICustomerBatch
{
    /// <summary>The customers' states, each once, in any order.</summary>
    IReadOnlyList<StateKey> Keys { get; }

    /// <summary>
    /// The state with the changes made; null when that changes nothing. It may be asked several times, with other
    /// states: a live write may have come between.
    /// </summary>
    CustomerState? Merge(int customer, CustomerState? before);

    /// <summary>Says that the store takes this state never.</summary>
    void Refuse(int customer, string reason);

    /// <summary>Says that the customer was erased.</summary>
    void RefuseErased(int customer);
}
