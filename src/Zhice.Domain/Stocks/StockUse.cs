using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Stocks;

/// <summary>
/// What offers and answers do with units of stock: in the customer's next state, and in the effects of its commit, so that
/// there is never one without the other.
/// </summary>
public static class StockUse
{
    /// <summary>
    /// How much longer the store keeps a unit than its customer does: a unit never goes back while a clock that is a little
    /// behind still has it with its customer.
    /// </summary>
    public const long GraceMs = 60_000;

    // How long the end of a contact may be told after its time: then its unit stays spent.
    private const long LatestEndMs = 7 * 86_400_000;

    /// <summary>Whether offering an action takes a unit: it has a stock, and none is kept for the customer already.</summary>
    public static bool IsNeeded(BankAction action, CustomerState state, long nowMs) =>
        action.Stock is not null && !state.Units.Has(action.Number, nowMs);

    /// <summary>Takes a unit out of a lease for an offer.</summary>
    /// <param name="state">A state that may be changed.</param>
    /// <param name="contact">The offer.</param>
    /// <param name="stock">The stock of its action.</param>
    /// <param name="leaseId">The lease that pays for it.</param>
    /// <param name="voidAtMs">When the contact is void if its channel did not send it; null when it waits for no channel.</param>
    /// <param name="atMs">When, unix milliseconds; null: at the decision.</param>
    public static void Take(CustomerState state, ContactId contact, ActionStock stock, Guid leaseId, long? voidAtMs, long? atMs = null)
    {
        var nowMs = atMs ?? contact.Decision.DecidedAtMs;
        var effects = state.Effects ??= new();
        if (stock.HeldForMs is { } heldFor)
        {
            state.Units.Keep(new(contact, nowMs + heldFor), nowMs);
            effects.Take(new(contact.ToString(), leaseId, nowMs + heldFor + GraceMs, GoesBack: true));
        }
        else
        {
            effects.Take(new(contact.ToString(), leaseId, voidAtMs + LatestEndMs, GoesBack: false));
        }
    }

    /// <summary>An acceptance spends the unit that is kept of its action; a dismissal gives it back.</summary>
    public static void Answer(CustomerState state, ushort action, FeedbackType answer, long nowMs)
    {
        if (answer is FeedbackType.Acceptance or FeedbackType.Dismissal && state.Units.End(action, nowMs) is { } unit)
        {
            (state.Effects ??= new()).EndUnit(new(unit.Contact.ToString(), answer == FeedbackType.Acceptance, nowMs));
        }
    }

    /// <summary>Gives back the unit of a contact that nobody will see; nothing happens when it took none.</summary>
    public static void Void(CustomerState state, ContactId contact, BankAction? action)
    {
        if (state.Units.End(contact) is not null || action?.Stock is { HeldForMs: null })
        {
            (state.Effects ??= new()).EndUnit(new(contact.ToString(), IsSpent: false, AtMs: 0));
        }
    }
}
