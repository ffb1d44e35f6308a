using System.Collections.Immutable;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Journeys;

namespace Zhice.Grains.Customers;

/// <content>What the customer says of contacts that a channel asks for.</content>
internal sealed partial class CustomerGrain
{
    public async ValueTask<ImmutableArray<DeliveryOutcome>> JudgeContacts(
        ImmutableArray<string> contactIds, long version, ImmutableArray<bool> areResent, ImmutableArray<ContactOrigin?> origins)
    {
        if (_version < version)
        {
            // This activation is behind the store: what it knows must not let a contact through.
            await Reload();
        }

        var outcomes = Judged(_state.Copy(), contactIds, areResent, origins);
        return outcomes.All(static outcome => outcome == 0) ? outcomes : await Change(change =>
        {
            outcomes = Judged(change.Next, contactIds, areResent, origins);
            foreach (var (i, outcome) in outcomes.Index())
            {
                if (outcome != 0)
                {
                    Settle(change, new(contactIds[i], outcome, change.NowMs) { IsResent = areResent[i] });
                }
            }

            return ValueTask.FromResult((outcomes.Any(static outcome => outcome != 0), outcomes));
        });
    }

    private ImmutableArray<DeliveryOutcome> Judged(
        CustomerState state, ImmutableArray<string> contactIds, ImmutableArray<bool> areResent, ImmutableArray<ContactOrigin?> origins)
    {
        var view = ViewOf(state, shared.Catalogs.Current);
        var outcomes = ImmutableArray.CreateBuilder<DeliveryOutcome>(contactIds.Length);
        foreach (var (i, contactId) in contactIds.Index())
        {
            outcomes.Add(!ContactId.TryParse(contactId, out var id) ? 0 : areResent[i] ? JudgedAnew(id, view, origins[i]) : HandOver.Judge(id, this.GetPrimaryKeyString(), view, origins[i]).Outcome);
        }

        return outcomes.MoveToImmutable();
    }

    // A dead letter gave back what it had taken: it is a new contact, for which everything is asked again.
    private DeliveryOutcome JudgedAnew(ContactId id, in CustomerView view, ContactOrigin? origin)
    {
        if (origin?.Holds(view.State, id, view.Catalog) is false)
        {
            return DeliveryOutcome.VoidJourney;
        }

        if (view.Catalog.Placement(id.Decision.Placement) is not { } placement
            || placement.Candidates.FirstOrDefault(each => each.Action.Number == id.Action) is not { } candidate)
        {
            return DeliveryOutcome.VoidRemoved;
        }

        var decision = Decider.DecideAlone(id.Decision, this.GetPrimaryKeyString(), _version, view, placement, candidate, shared.Models, shared.Stock);
        return decision.Verdicts[0].Reason switch
        {
            ReasonCode.Offered => 0,
            ReasonCode.Consent => DeliveryOutcome.VoidConsent,
            ReasonCode.Leased => DeliveryOutcome.VoidHeld,
            _ => DeliveryOutcome.VoidPolicy,
        };
    }
}
