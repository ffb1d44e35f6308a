using System.Collections.Immutable;
using Zhice.Contracts.HandOffs;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;
using Zhice.Grains.HandOffs;
using Zhice.Grains.Stocks;

namespace Zhice.Grains.Customers;

/// <content>Changes on a copy of the state, committed at once with all that follows from them, or not at all.</content>
internal sealed partial class CustomerGrain
{
    // Makes a change on a copy and commits it; again from the start when stock that it took was of a lease that is over, or
    // without a contact that the ledger remembers for longer than the customer does.
    private async ValueTask<T> Transact<T>(Func<CustomerTransaction, ValueTask<(bool IsChanged, T Answer)>> make, bool isOfJourneys = false)
    {
        HashSet<string>? counted = null;
        var isOften = IsReadOften();
        while (true)
        {
            var (catalog, nowMs, next) = (shared.Catalogs.Current, NowMs, _state.Copy());
            var walk = isOfJourneys || catalog.Journeys.All.Length > 0 || next.Journeys.Places.Length > 0
                ? new JourneyWalk(next, this.GetPrimaryKeyString(), catalog, nowMs, shared.Attribution)
                : null;
            var change = new CustomerTransaction(next, catalog, nowMs, walk, counted);
            bool isChanged;
            T answer;
            try
            {
                await TakePlaces(change, walk is null ? [] : catalog.Journeys.LimitedByMadeEvents);
                (isChanged, answer) = await make(change);
                await (isChanged ? Finish(change) : ValueTask.CompletedTask);
            }
            catch
            {
                change.GiveBack();
                throw;
            }

            if (!isChanged)
            {
                change.GiveBack();
                return answer;
            }

            TierRecording.Record(_state.Look(), next, catalog, nowMs);
            foreach (var tag in catalog.RetainedTags)
            {
                next.Tags.RemovePast(tag, nowMs);
            }

            try
            {
                if (!await change.Units.CommitAsync(Commit(next, isOften)))
                {
                    continue;
                }
            }
            catch (ContactCountedException fault) when ((counted ??= new(StringComparer.Ordinal)).Add(fault.ContactId))
            {
                // Each time one more is left out, so that it ends.
                continue;
            }

            change.Decisions.ForEach(made => Remember(made.Decision, made.Record));
            Teach(change.Lessons);
            change.Turns.ForEach(turn => shared.Triggers.Count(turn.CampaignId, this.GetPrimaryKeyString(), turn.Kind, change.NowMs));
            return answer;
        }
    }

    // A journey that lets in a limited number has its places leased to silos, as a stock is. What is not used is given back.
    private async ValueTask TakePlaces(CustomerTransaction change, ImmutableArray<Journey> journeys)
    {
        if (journeys.IsEmpty)
        {
            return;
        }

        foreach (var journey in JourneyWalk.Limited(change.Next, journeys, change.NowMs).ToArray())
        {
            if (!change.Places.ContainsKey(journey.Number)
                && await shared.Stock.TakePlaceAsync($"journey/{journey.FirstId}", journey.Entry.MaxEntries!.Value) is { } place)
            {
                change.Places[journey.Number] = (journey.FirstId, place);
                change.Walk!.PlacesTaken.Add(journey.Number);
            }
        }
    }

    // What journeys left to be done: contacts, hand-offs, campaigns that their own events trigger, places that were used.
    private async ValueTask Finish(CustomerTransaction change)
    {
        if (change.Walk is not { } walk)
        {
            return;
        }

        // What became of a contact may take the customer on: then there is more to do.
        for (var (made, done) = (0, 0); made < walk.Made.Count || done < walk.Todo.Count;)
        {
            if (made < walk.Made.Count)
            {
                await Trigger(change, walk.Made[made++]);
            }
            else if (walk.Todo[done++] is var task && walk.IsWanted(task))
            {
                await RunStageAction(change, walk, task);
            }
        }

        foreach (var (journey, (id, unit)) in change.Places)
        {
            if (walk.PlacesUsed.Contains(journey))
            {
                unit.PayFor($"journey/{id}/{this.GetPrimaryKeyString()}", change.Next);
                change.Units = change.Units.And(unit);
            }
            else
            {
                unit.Settle(ReservationResult.NotTaken);
            }
        }

        change.Places.Clear();
    }

    // A contact or hand-off that a stage makes, as JourneyWalk.RunStageActions left it to do; the journey hears when it is blocked.
    private async ValueTask RunStageAction(CustomerTransaction change, JourneyWalk walk, StageTask task)
    {
        ContactId? made = null;
        switch (task.StageAction)
        {
            case ContactAction contact:
                if (await Contact(change, contact.Order, task.IdempotencyKey) is { Outcome: EvaluationOutcome.Contacted })
                {
                    var decision = change.Decisions[^1].Decision;
                    made = new(decision.Id, decision.Verdicts[0].Action);
                }

                break;
            case HandOffAction handOff
                when JourneyHandOff.Judge(
                    handOff.ActionId, handOff.PlacementId, CreateView(change.Next, change.Catalog)) == ReasonCode.Offered:
                var order = new HoldRequest(
                    handOff.ActionId, handOff.PlacementId, handOff.Owner, change.NowMs + handOff.DueMs, handOff.Kind, "", 0);
                var answer = AgentHolds.Hold(
                    change.Next, order, this.GetPrimaryKeyString(), change.Catalog, change.NowMs, shared.Keys.Current, shared.Attribution);
                made = answer.Result == HoldResult.Held ? answer.Contact : null;
                break;
        }

        if (made is { } contactMade)
        {
            walk.KeepContact(task, contactMade);
        }
        else
        {
            walk.NotifyBlocked(task);
        }
    }
}
