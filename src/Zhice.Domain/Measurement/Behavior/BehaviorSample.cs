using Zhice.Domain.Experiments;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>
/// Whose events are recorded, and analysed: a part of the customers, the same of all silos and for all types of event. A smaller share is a
/// part of a larger one, so that who is of a small share has the events of all types that are recorded of at least that share.
/// </summary>
public static class BehaviorSample
{
    private static readonly long s_salt = Assignment.GetSalt("behavior");

    /// <summary>How many of the 10,000 parts of the customers a share is: one at least, unless it is 0.</summary>
    public static int ToParts(double share) => share <= 0 ? 0 : Math.Clamp((int)Math.Round(share * Assignment.Parts), 1, Assignment.Parts);

    /// <summary>Whether a customer is of the share.</summary>
    /// <remarks>Hot path: about 20 ns; allocates nothing.</remarks>
    public static bool Has(string customerId, int parts) =>
        parts >= Assignment.Parts || (parts > 0 && Assignment.GetPart(s_salt, customerId) < parts);
}
