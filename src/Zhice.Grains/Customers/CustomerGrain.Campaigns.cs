using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Faults;
using Zhice.Grains.Campaigns;
using Zhice.Grains.Stocks;

namespace Zhice.Grains.Customers;

/// <content>Contacts for campaigns and journeys: each judged in its turn.</content>
internal sealed partial class CustomerGrain
{
    // An event, or a journey's step, that asks for a contact is repeated within the 7 days for which events are taken.
    private const long MaxOccasionMs = 8 * 86_400_000L;

    public async ValueTask<ContactResult> ContactForCampaign(CampaignSpec order, long run)
    {
        // A campaign comes to millions, once to each: what it looks at does not stay in memory.
        var (idempotencyKey, customerId, state) =
            (CampaignContact.GetIdempotencyKey(order.CampaignId, run), this.GetPrimaryKeyString(), _state.Copy());
        if (state.AnsweredRequests.Find(idempotencyKey) is { } answered)
        {
            return CampaignContact.FromBytes(answered.Answer);
        }

        var catalog = shared.Catalogs.Current;
        if (shared.Plans.Get(order, catalog, out _) is not { } plan)
        {
            // The catalogue has changed since the run looked at it: it looks again.
            return ContactResult.From(EvaluationOutcome.NotNow);
        }

        while (true)
        {
            var turn = CampaignJudging.Judge(plan, CreateView(state, catalog), shared.Models, shared.Stock, shared.Keys.Current);
            if (turn.Outcome == EvaluationOutcome.Holdout)
            {
                return await HoldOut(turn, state, plan, customerId, idempotencyKey, order.RunStartedAtMs);
            }

            if (turn.Outcome != EvaluationOutcome.Contacted)
            {
                return CampaignContact.ToResult(turn);
            }

            if (await UnitsFor(turn, state, catalog) is { } units
                && await Contact(turn, state, plan, customerId, idempotencyKey, order.RunStartedAtMs, units) is { } kind)
            {
                return kind;
            }

            // Again: the action ran out of stock meanwhile.
            state = _state.Copy();
        }
    }

    public async ValueTask<ContactResult?> FindTurn(string campaignId, long run) =>
        await Answered(CampaignContact.GetIdempotencyKey(campaignId, run)) is { } answered
            ? CampaignContact.FromBytes(answered.Answer)
            : null;

    // Commits that the customer is kept out: once in a run, as a contact.
    private async ValueTask<ContactResult> HoldOut(
        EvaluationVerdict turn, CustomerState next, CampaignPlan plan, string customerId, string idempotencyKey, long sinceMs)
    {
        var kind = CampaignContact.ToResult(turn);
        CampaignContact.HoldOut(next, turn, plan, CampaignContact.GetLedgerId(idempotencyKey, customerId), sinceMs, NowMs);
        try
        {
            await Commit(next, idempotencyKey, bodyHash: 0, CampaignContact.ToBytes(kind), staysUnpacked: false);
        }
        catch (CustomerErasedException)
        {
            return ContactResult.From(EvaluationOutcome.Failed);
        }
        catch (ContactCountedException)
        {
            // The ledger remembers this run for longer than the customer does.
        }

        return kind;
    }

    // Commits the contact of a turn; null when nothing was kept, as its unit of stock was of a lease that is over.
    private async ValueTask<ContactResult?> Contact(
        EvaluationVerdict turn, CustomerState next, CampaignPlan plan, string customerId, string idempotencyKey, long sinceMs,
        StockReservation units)
    {
        if (!CampaignContact.TryAdd(next, turn, plan, customerId, idempotencyKey, units, shared.Attribution, sinceMs, NowMs))
        {
            units.Settle(ReservationResult.NotTaken);
            return CampaignContact.NoRoom;
        }

        // What the state is until the commit is what the decision was made of.
        var (kind, record) = (CampaignContact.ToResult(turn), CreateRecord(turn, _state.ToBytes));
        try
        {
            var commit = Commit(next, idempotencyKey, bodyHash: 0, CampaignContact.ToBytes(kind), staysUnpacked: false);
            if (units.IsNone)
            {
                await commit;
            }
            else if (!await units.CommitAsync(commit))
            {
                return null;
            }

            Remember(turn.Decision!, record);
        }
        catch (CustomerErasedException)
        {
            return ContactResult.From(EvaluationOutcome.Failed);
        }
        catch (ContactCountedException)
        {
            // The ledger remembers this run's contact for longer than the customer does.
        }

        return kind;
    }

    // Adds a contact to a change, if all that binds it allows it; null when the catalogue does not know what it asks, or the
    // ledger has the contact already.
    private async ValueTask<ContactResult?> Contact(CustomerTransaction change, CampaignSpec order, string idempotencyKey)
    {
        if (change.IsCounted($"{order.CampaignId}/{idempotencyKey}", this.GetPrimaryKeyString())
            || shared.Plans.Get(order, change.Catalog, out _) is not { } plan)
        {
            return null;
        }

        while (true)
        {
            var turn = CampaignJudging.JudgeAhead(
                plan, CreateView(change.Next, change.Catalog), shared.Models, shared.Stock, shared.Keys.Current);
            if (turn.Outcome == EvaluationOutcome.Holdout)
            {
                var ledgerId = CampaignContact.GetLedgerId($"{order.CampaignId}/{idempotencyKey}", this.GetPrimaryKeyString());
                CampaignContact.HoldOut(change.Next, turn, plan, ledgerId, change.NowMs - MaxOccasionMs, change.NowMs);
                return CampaignContact.ToResult(turn);
            }

            if (turn.Outcome != EvaluationOutcome.Contacted)
            {
                return CampaignContact.ToResult(turn);
            }

            // Again when the action ran out of stock meanwhile.
            if (await UnitsFor(turn, change.Next, change.Catalog) is { } units)
            {
                var record = CreateRecord(turn, () => CustomerStateCodec.ToBytes(change.Next));
                var sinceMs = change.NowMs - MaxOccasionMs;
                if (!CampaignContact.TryAdd(
                    change.Next, turn, plan, this.GetPrimaryKeyString(), $"{order.CampaignId}/{idempotencyKey}", units, shared.Attribution,
                    sinceMs, change.NowMs))
                {
                    units.Settle(ReservationResult.NotTaken);
                    return CampaignContact.NoRoom;
                }

                change.Units = change.Units.And(units);
                change.Decisions.Add((turn.Decision!, record));
                return CampaignContact.ToResult(turn);
            }
        }
    }

    private ValueTask<StockReservation?> UnitsFor(
        in EvaluationVerdict turn, CustomerState state, Catalog catalog) => turn.Candidate!.Action.Stock is null
        ? ValueTask.FromResult<StockReservation?>(StockReservation.None)
        : shared.Stock.TakeAsync([new(turn.Decision!.Id, turn.Decision.Verdicts[0].Action)], state, catalog);

    // Before the contact is in the state: the decision is made of what was there. Null when it is not of the log's sample.
    private DecisionRecord? CreateRecord(in EvaluationVerdict turn, Func<byte[]> state) => shared.DecisionLog.Takes(turn.Decision!.Id)
        ? DecisionRecord.Alone(turn.Decision, state(), turn.Choice!.Placement, turn.Candidate!)
        : null;

    private void Remember(Decision decision, DecisionRecord? record)
    {
        if (record is not null)
        {
            shared.DecisionLog.Add(record);
        }

        Recent.Add(LentDecision.Of(decision), []);
    }
}
