using System.Text;

namespace Zhice.Storage.States;

/// <summary>The key of a customer's state.</summary>
internal static class CustomerKey
{
    /// <summary>The type of the customers' grains.</summary>
    public const string GrainType = "customer";

    /// <summary>The name of their state.</summary>
    public const string StateName = "state";

    /// <summary>The key of a customer, whose id it takes as UTF-8.</summary>
    public static StateKey Create(byte[] customerId) => new(GrainType, StateName, customerId);

    /// <inheritdoc cref="Create(byte[])"/>
    public static StateKey Create(string customerId) => Create(Encoding.UTF8.GetBytes(customerId));
}
