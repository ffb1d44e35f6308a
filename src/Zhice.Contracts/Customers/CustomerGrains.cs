namespace Zhice.Contracts.Customers;

/// <summary>Finds customers' grains.</summary>
/// <remarks>
/// The runtime works out by reflection, at each call anew, which grain has an interface: 2 % of what a contact costs. Here it
/// does so once.
/// </remarks>
public static class CustomerGrains
{
    private static Resolved? s_resolved;

    /// <summary>The grain of a customer.</summary>
    /// <param name="grains">The factory of grains.</param>
    /// <param name="customerId">The customer's id.</param>
    public static ICustomerGrain Customer(this IGrainFactory grains, string customerId)
    {
        if (s_resolved is { } known)
        {
            return (ICustomerGrain)grains.GetGrain(GrainId.Create(known.Grain, customerId), known.Interface);
        }

        var first = grains.GetGrain<ICustomerGrain>(customerId);
        s_resolved = new(first.GetGrainId().Type, ((GrainReference)first).InterfaceType);
        return first;
    }

    private sealed record Resolved(GrainType Grain, GrainInterfaceType Interface);
}
