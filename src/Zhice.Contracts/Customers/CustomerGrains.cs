using System.Runtime.CompilerServices;

namespace Zhice.Contracts.Customers;

/// <summary>Finds customers' grains.</summary>
/// <remarks>
/// The runtime works out by reflection, at each call anew, which grain has an interface: 2 % of what a contact costs. Here it
/// does so once.
/// </remarks>
public static class CustomerGrains
{
    private static readonly GrainType Type = GrainType.Create("customer");

    private static StrongBox<GrainInterfaceType>? s_interface;

    /// <summary>The grain of a customer.</summary>
    /// <param name="grains">The factory of grains.</param>
    /// <param name="customerId">The customer's id.</param>
    public static ICustomerGrain Customer(this IGrainFactory grains, string customerId)
    {
        if (s_interface is { } known)
        {
            return (ICustomerGrain)grains.GetGrain(GrainId.Create(Type, customerId), known.Value);
        }

        var first = grains.GetGrain<ICustomerGrain>(customerId);
        s_interface = new(((GrainReference)first).InterfaceType);
        return first;
    }
}
