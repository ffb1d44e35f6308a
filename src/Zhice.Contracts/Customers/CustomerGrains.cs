using System.Text;

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
        var known = s_resolved ??= Resolve(grains);

        // Not by the text, of which the runtime takes none of white space alone: stores may have such customers.
        return (ICustomerGrain)grains.GetGrain(
            GrainId.Create(known.Grain, new IdSpan(Encoding.UTF8.GetBytes(customerId))), known.Interface);
    }

    private static Resolved Resolve(IGrainFactory grains)
    {
        var any = grains.GetGrain<ICustomerGrain>("any");
        return new(any.GetGrainId().Type, ((GrainReference)any).InterfaceType);
    }

    private sealed record Resolved(GrainType Grain, GrainInterfaceType Interface);
}
