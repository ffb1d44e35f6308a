using System.Collections.Immutable;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Customers;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Grains.Deliveries;
using Zhice.Grains.Stocks;
using Zhice.Storage.Outbox;

namespace Zhice.Grains.Customers;

/// <content>What the customer says of contacts that a channel asks for, and of dead letters that are to be sent again.</content>
internal sealed partial class CustomerGrain
{
    public async ValueTask<ImmutableArray<JudgedContact>> JudgeContacts(
        ImmutableArray<string> contactIds, long version, ImmutableArray<bool> areResent, ImmutableArray<ContactOrigin?> origins)
    {
        if (_state.Version < version)
        {
            // This activation is behind the store: what it knows must not let a contact through.
            await Reload();
        }

        var judged = Judged(_state.Copy(), contactIds, areResent, origins);
        return judged.All(static contact => contact.Outcome == 0) ? judged : await Transact(change =>
        {
            judged = Judged(change.Next, contactIds, areResent, origins);
            foreach (var (i, contact) in judged.Index())
            {
                if (contact.Outcome != 0)
                {
                    Settle(change, new(contactIds[i], contact.Outcome, change.NowMs) { IsResent = areResent[i] });
                }
            }

            return ValueTask.FromResult((judged.Any(static contact => contact.Outcome != 0), judged));
        });
    }

    public ValueTask<ImmutableArray<ResentContact>> ResendContacts(
        ImmutableArray<string> contactIds, long expiresAtMs) => Transact(async change =>
    {
        // In the customer's turn: whoever asks for the same at once finds that it is no dead letter any more.
        change.Walk?.Until(change.NowMs);
        var dead = shared.Stores is { } stores ? await stores.Outbox.FindDeadOfCustomerAsync(this.GetPrimaryKeyString(), contactIds) : [];
        var answers = ImmutableArray.CreateBuilder<ResentContact>(dead.Count);
        foreach (var letter in dead)
        {
            answers.Add(await Resend(change, letter, expiresAtMs));
        }

        return (answers.Any(static answer => answer.Refusal == 0), answers.MoveToImmutable());
    });

    private async ValueTask<ResentContact> Resend(CustomerTransaction change, DeadLetter letter, long expiresAtMs)
    {
        if (ContactMessage.ReadAsked(letter.Message, expiresAtMs, mayHaveChanged: true) is not { } contact)
        {
            // It is no contact of a decision: nothing binds it.
            (change.Next.Effects ??= new()).SendAgain(
                ContactMessage.Again(
                    letter.Message, change.NowMs, expiresAtMs, lesson: null,
                    (change.NowMs, change.Catalog.Calendar.GetDay(change.NowMs)))!);
            return new(letter.ContactId, 0, ReasonCode.Offered, "");
        }

        while (true)
        {
            var (next, catalog) = (change.Next, change.Catalog);
            var verdict = Resending.Judge(contact, CreateView(next, catalog), shared.Models, shared.Stock);
            if (verdict.Refusal != 0)
            {
                return new(letter.ContactId, verdict.Refusal, verdict.Reason, verdict.RuleId);
            }

            // Again when the action ran out of stock meanwhile: then it is refused.
            if (await shared.Stock.TakeAsync([contact.Id], next, catalog, change.NowMs) is not { } units)
            {
                continue;
            }

            if (DeadLetterResending.TrySendAgain(next, contact, letter.Message, verdict, catalog, change.NowMs, expiresAtMs))
            {
                units.AddTo(next, expiresAtMs, change.NowMs);
                change.Units = change.Units.And(units);
                return new(letter.ContactId, 0, ReasonCode.Offered, "");
            }

            units.Settle(ReservationResult.NotTaken);
            return new(letter.ContactId, DeliveryOutcome.VoidPolicy, ReasonCode.CapReached, "contacts under way");
        }
    }

    private ImmutableArray<JudgedContact> Judged(
        CustomerState state, ImmutableArray<string> contactIds, ImmutableArray<bool> areResent, ImmutableArray<ContactOrigin?> origins)
    {
        var view = CreateView(state, shared.Catalogs.Current);
        var judged = ImmutableArray.CreateBuilder<JudgedContact>(contactIds.Length);
        foreach (var (i, contactId) in contactIds.Index())
        {
            judged.Add(!ContactId.TryParse(contactId, out var id) ? default : new(
                areResent[i] ? JudgedAnew(id, view, origins[i]) : HandOver.Judge(id, view, origins[i]).Outcome,
                Exposure.IsRefused(state, id)));
        }

        return judged.MoveToImmutable();
    }

    // Dead letters that earlier releases put back into the outbox have taken nothing: all is asked when they go.
    private DeliveryOutcome JudgedAnew(ContactId id, in CustomerView view, ContactOrigin? origin) => Resending.Judge(
        new(id, "", "", "", "", Purpose: 0, long.MaxValue, MayHaveChanged: true) { Origin = origin },
        view, shared.Models, shared.Stock).Refusal;
}
