using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Journeys;
using Zhice.Grains.Stops;
using Zhice.Storage.Backends;
using Zhice.Storage.Outbox;

namespace Zhice.Grains.Deliveries;

/// <summary>
/// Judges what was leased before a consumer gets it. Most contacts are of customers who are as they were when the contact was
/// made: then the catalogue, the stops and lists of ids alone are asked. Others are asked for in their customer's turn.
/// </summary>
internal sealed class HandOvers(
    IStores stores, SettlementProcessor reports, ICatalogs catalogs, StopReading stops, IGrainFactory grains, TimeProvider clock,
    ILogger<HandOvers> log)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>The contacts that may go now, in order; the others are deferred, or void in a commit of their customers.</summary>
    public async Task<IReadOnlyList<LeasedContactRow>> AllowedAsync(IReadOnlyList<LeasedContactRow> leased)
    {
        await stops.RefreshAsync();
        var (catalog, nowMs) = (catalogs.Current, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var verdicts = new HandOverVerdict[leased.Count];
        List<int>? asked = null;
        ContactOrigin?[]? origins = null;
        var untaught = new bool[leased.Count];
        var goes = 0;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var contact = ContactMessage.ReadAsked(leased[i].Contact.Message, leased[i].ExpiresAtMs, !leased[i].IsUnchanged);
            verdicts[i] = contact is { } known ? HandOver.Judge(known, leased[i].CustomerId, catalog, nowMs) : default;
            goes += verdicts[i].Answer == HandOverAnswer.Goes ? 1 : 0;
            if (verdicts[i].Answer == HandOverAnswer.AsksCustomer)
            {
                (asked ??= []).Add(i);
                (origins ??= new ContactOrigin?[verdicts.Length])[i] = contact!.Value.Origin;
            }
        }

        if (goes == verdicts.Length)
        {
            return leased;
        }

        await Task.WhenAll(
            (asked ?? [])
                .GroupBy(i => leased[i].CustomerId, StringComparer.Ordinal)
                .Select(places => AskAsync(leased, [.. places], origins!, verdicts, untaught, nowMs)));
        await SettleAsync(leased, verdicts, nowMs);
        return [.. leased.Select((row, i) => untaught[i] ? Untaught(row) : row).Where((_, i) => verdicts[i].Answer == HandOverAnswer.Goes)];

        static LeasedContactRow Untaught(LeasedContactRow row) =>
            row with { Contact = row.Contact with { Message = ContactLesson.Split(row.Contact.Message).Message } };
    }

    // A customer who cannot be asked is asked again: the contact waits, and others pass.
    private async Task AskAsync(
        IReadOnlyList<LeasedContactRow> leased, int[] places, ContactOrigin?[] origins, HandOverVerdict[] verdicts, bool[] untaught,
        long nowMs)
    {
        try
        {
            var answers = await grains.Customer(leased[places[0]].CustomerId).JudgeContacts(
                [.. places.Select(i => leased[i].ContactId)], leased[places[0]].CurrentVersion,
                [.. places.Select(i => leased[i].Lease.IsResent)],
                [.. places.Select(i => origins[i])]);
            for (var i = 0; i < places.Length; i++)
            {
                // The customer's own commit has ended what is void.
                verdicts[places[i]] = answers[i].Outcome == 0
                    ? default
                    : HandOverVerdict.Void(answers[i].Outcome) with { HeldBy = Settled };
                untaught[places[i]] = answers[i].IsUntaught;
            }
        }
        catch (Exception fault)
        {
            GrainsLog.HandOverNotJudged(log, leased[places[0]].CustomerId, fault);
            foreach (var i in places)
            {
                verdicts[i] = new(HandOverAnswer.Waits, UntilMs: nowMs + (long)PauseAfterFailure.TotalMilliseconds, HeldBy: "customer");
            }
        }
    }

    private const string Settled = "settled";

    private async Task SettleAsync(IReadOnlyList<LeasedContactRow> leased, HandOverVerdict[] verdicts, long nowMs)
    {
        var (deferred, ends) = (new List<DeferredContact>(), new List<(string, ContactSettlement)>());
        foreach (var (contact, verdict) in leased.Zip(verdicts))
        {
            if (verdict.Answer == HandOverAnswer.Waits)
            {
                deferred.Add(new(new(contact.ContactId, contact.Lease), verdict.UntilMs, contact.ExpiresAtMs, verdict.HeldBy));
            }
            else if (verdict.Answer == HandOverAnswer.Void && verdict.HeldBy.Length == 0)
            {
                ends.Add((contact.CustomerId, new(contact.ContactId, verdict.Outcome, nowMs) { IsResent = contact.Lease.IsResent }));
            }
        }

        if (deferred.Count > 0)
        {
            await stores.Outbox.DeferAsync(deferred, nowMs);
        }

        await reports.EndAsync(ends);
        stores.Outbox.Expect(null, nowMs);
    }
}
