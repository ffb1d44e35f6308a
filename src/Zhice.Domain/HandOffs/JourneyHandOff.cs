using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.HandOffs;

/// <summary>
/// Whether a journey may hand a customer over to a person. The customer did not ask for it, so the season, holdouts and rules
/// of the action and the customer's consent are asked, as for a contact. Quiet hours, spacing and caps are not: a person
/// chooses the hour.
/// </summary>
public static class JourneyHandOff
{
    // What an acceptance is worth does not matter here.
    private static readonly PropensityModels Untaught = new();

    /// <summary>What keeps the customer from being handed over; <see cref="ReasonCode.Offered"/> when nothing does.</summary>
    /// <param name="actionId">The action that it is about.</param>
    /// <param name="placementId">The person's placement.</param>
    /// <param name="customer">The customer, by the catalogue in force.</param>
    public static ReasonCode Judge(string actionId, string placementId, in CustomerView customer)
    {
        if (!customer.Catalog.Placements.TryGetValue(placementId, out var placement)
            || placement.Candidates.FirstOrDefault(each => each.Action.Id == actionId) is not { } candidate)
        {
            return ReasonCode.NoTreatment;
        }

        var id = DecisionId.Create(customer.NowMs, placement.Number, customer.Id);
        var verdict = Decider.DecideAlone(id, customer, placement, candidate, Untaught, UnlimitedStock.Instance).Verdicts[0];
        return verdict.Reason is ReasonCode.QuietHours or ReasonCode.Suppressed or ReasonCode.CapReached or ReasonCode.Held
            ? ReasonCode.Offered
            : verdict.Reason;
    }
}
