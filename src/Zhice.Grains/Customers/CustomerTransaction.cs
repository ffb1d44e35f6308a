using Zhice.Contracts.Learning;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Journeys;
using Zhice.Grains.Campaigns;
using Zhice.Grains.Stocks;

namespace Zhice.Grains.Customers;

/// <summary>A change to a customer that is being made: all of it is committed at once, or nothing.</summary>
/// <param name="next">The next state.</param>
/// <param name="catalog">The catalogue that it is made by.</param>
/// <param name="nowMs">Now, unix milliseconds.</param>
/// <param name="walk">What takes the customer on in journeys; null when there are none.</param>
/// <param name="countedBefore">Contacts that the ledger has already, as an earlier try was told; null: none is known.</param>
internal sealed class CustomerTransaction(
    CustomerState next, Catalog catalog, long nowMs, JourneyWalk? walk, IReadOnlySet<string>? countedBefore = null)
{
    /// <summary>Whether the ledger has a contact already, which the customer remembers no more.</summary>
    /// <param name="idempotencyKey">By what the customer is contacted once.</param>
    /// <param name="customerId">Who.</param>
    public bool IsCounted(string idempotencyKey, string customerId) =>
        countedBefore?.Contains(CampaignContact.GetLedgerId(idempotencyKey, customerId)) is true;

    public CustomerState Next { get; } = next;

    public Catalog Catalog { get; } = catalog;

    public long NowMs { get; } = nowMs;

    public JourneyWalk? Walk { get; } = walk;

    /// <summary>What it teaches the models, once it is committed.</summary>
    public List<(string ActionId, Lesson Lesson)> Lessons { get; } = [];

    /// <summary>What came of campaigns that it triggers.</summary>
    public List<(string CampaignId, ContactResult Kind)> Turns { get; } = [];

    /// <summary>Whether a campaign has contacted the customer in this change, or held the customer out.</summary>
    public bool HasTurned(string campaignId) =>
        Turns.Exists(turn =>
            turn.CampaignId == campaignId && turn.Kind.Outcome is EvaluationOutcome.Contacted or EvaluationOutcome.Holdout);

    /// <summary>The decisions that its contacts are, each with its record if it is to be logged.</summary>
    public List<(Decision Decision, DecisionRecord? Record)> Decisions { get; } = [];

    /// <summary>The units of stock that it takes.</summary>
    public StockReservation Units { get; set; } = StockReservation.None;

    /// <summary>Places in journeys that let in a limited number, by their numbers.</summary>
    public Dictionary<ushort, (string Id, StockReservation Unit)> Places { get; } = [];

    /// <summary>Gives back the stock and the places that it took: it is not committed.</summary>
    public void GiveBack()
    {
        Units.Settle(ReservationResult.NotTaken);
        foreach (var (_, unit) in Places.Values)
        {
            unit.Settle(ReservationResult.NotTaken);
        }
    }
}
