using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.HandOffs;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Customers;

/// <summary>One customer, keyed by the bank's own id. What it acknowledges is durable.</summary>
[Alias("zhice.customer")]
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>Decides what to say, for a placement that counts when it is seen: a read.</summary>
    [AlwaysInterleave, Alias("Recommend")]
    ValueTask<Decision> Recommend(RecommendQuery query);

    /// <summary>Decides what to say, for a placement that counts at the decision: commits before it answers.</summary>
    [Alias("RecommendAndCount")]
    ValueTask<RecommendAnswer> RecommendAndCount(RecommendQuery query);

    /// <summary>
    /// Decides what would be said, with every check: a decision that is neither counted, nor remembered, nor logged.
    /// </summary>
    [AlwaysInterleave, Alias("Rehearse")]
    ValueTask<ExplainedDecision> Rehearse(RecommendQuery query);

    /// <summary>Explains a decision that this activation still remembers, or that the log has; null when neither does.</summary>
    [AlwaysInterleave, Alias("Explain")]
    ValueTask<ExplainedDecision?> Explain(DecisionId id);

    /// <summary>Makes a decision of the log again; null when the log, or its catalogue, is not or no longer kept.</summary>
    [AlwaysInterleave, Alias("ReplayDecision")]
    ValueTask<ReplayedDecision?> ReplayDecision(DecisionId id);

    /// <summary>Records the experiments that a decision exposed the customer to, each once; a repeat changes nothing.</summary>
    /// <param name="placementId">Where it was decided.</param>
    /// <param name="atMs">When it was decided, unix milliseconds.</param>
    [Alias("Expose")]
    ValueTask Expose(string placementId, long atMs);

    /// <summary>Records events, all in one commit.</summary>
    /// <returns>What became of each, in order.</returns>
    [Alias("Record")]
    ValueTask<ImmutableArray<EventOutcome>> Record(ImmutableArray<CustomerEvent> events);

    /// <summary>
    /// Notes how contacts ended, or what was heard of them, all in one commit: which takes those that ended out of the
    /// outbox. It may be told again, and changes nothing then.
    /// </summary>
    /// <returns>What became of each, in order; a receipt that came before is a duplicate.</returns>
    [Alias("SettleContacts")]
    ValueTask<ImmutableArray<EventOutcome>> SettleContacts(ImmutableArray<ContactSettlement> settlements);

    /// <summary>
    /// Judges marketing contacts that a channel asks for, by what the customer is at the lease or later; those that may not go
    /// end as void in the same turn.
    /// </summary>
    /// <param name="contactIds">The contacts.</param>
    /// <param name="version">The version of the customer that the lease has seen: an older one in memory is read again.</param>
    /// <param name="areResent">For each whether it was a dead letter: then it is judged as a new contact.</param>
    /// <param name="origins">For each the stage of a journey that made it; null: none did.</param>
    /// <returns>What becomes of each, in order.</returns>
    [Alias("JudgeContacts")]
    ValueTask<ImmutableArray<JudgedContact>> JudgeContacts(
        ImmutableArray<string> contactIds, long version, ImmutableArray<bool> areResent, ImmutableArray<ContactOrigin?> origins);

    /// <summary>
    /// Sends dead letters of this customer again, each as a new contact: it takes its place in the caps and its unit of stock in
    /// the commit that puts it back into the outbox. One that may not be said now stays a dead letter.
    /// </summary>
    /// <param name="contactIds">The contacts; those that are no dead letters are left out.</param>
    /// <param name="expiresAtMs">From when on they are void, unix milliseconds.</param>
    /// <returns>What becomes of each dead letter.</returns>
    [Alias("ResendContacts")]
    ValueTask<ImmutableArray<ResentContact>> ResendContacts(ImmutableArray<string> contactIds, long expiresAtMs);

    /// <summary>Lets an agent hold an action, perhaps with a task for their channel.</summary>
    [Alias("Hold")]
    ValueTask<HoldAnswer> Hold(HoldRequest order);

    /// <summary>Ends an agent's hold with the customer's answer.</summary>
    /// <returns>False when it had ended before.</returns>
    [Alias("EndHold")]
    ValueTask<bool> EndHold(HoldEnd end);

    /// <summary>Changes tags, all or none.</summary>
    [Alias("UpdateTags")]
    ValueTask<ChangeAnswer> UpdateTags(TagUpdate update);

    /// <summary>Deletes tags, also live ones with what they are computed from.</summary>
    [Alias("DeleteTags")]
    ValueTask<ChangeAnswer> DeleteTags(TagDeletion deletion);

    /// <summary>Notes what the customer allows or refuses.</summary>
    [Alias("UpdateConsent")]
    ValueTask<ChangeAnswer> UpdateConsent(ConsentUpdate update);

    /// <summary>Takes the customer's turn in a campaign: everything is checked, and a contact is committed.</summary>
    [Alias("TakeTurn")]
    ValueTask<ContactResult> ContactForCampaign(CampaignSpec order, long run);

    /// <summary>What came of the customer's turn in a run, if it came to a contact; else null. Nothing is decided.</summary>
    [Alias("FindTurn")]
    ValueTask<ContactResult?> FindTurn(string campaignId, long run);

    /// <summary>Takes the customer on in a journey whose instant has come.</summary>
    /// <returns>False when there was nothing to do: it was done before.</returns>
    [Alias("FireTimer")]
    ValueTask<bool> FireTimer(ushort journey, long generation);

    /// <summary>Moves the customer in a journey, takes them out, or lets them begin again, as an operator says.</summary>
    [Alias("ChangeJourney")]
    ValueTask<JourneyChangeResult> ChangeJourney(JourneyChange asked);

    /// <summary>
    /// Erases the customer's state: units of stock go back, contacts that wait are withdrawn. The request must be in the store.
    /// </summary>
    /// <param name="requestId">The request.</param>
    [Alias("Erase")]
    ValueTask Erase(string requestId);

    /// <summary>Removes values of tags that are past their retention or their time to live. Nobody reads them any more.</summary>
    /// <returns>How many there were.</returns>
    [Alias("ForgetPast")]
    ValueTask<int> ForgetPast();

    /// <summary>Reads the state again: something else than this grain, such as an import, wrote it.</summary>
    [Alias("Reload")]
    ValueTask Reload();

    /// <summary>All that is known of the customer; null for one never heard of.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<CustomerRecord?> Find();

    /// <summary>What operators may see of the state, masked: for the dashboard.</summary>
    [AlwaysInterleave, Alias("GetState")]
    Task<object> GetState();
}
