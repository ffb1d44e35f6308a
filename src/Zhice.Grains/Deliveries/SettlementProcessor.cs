using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Outbox;

namespace Zhice.Grains.Deliveries;

/// <summary>
/// Settles contacts as consumers report them. Most are sent, and counted before: they end in one statement. A customer is
/// called when something of it must change: a contact that counts now, or that is given up and void.
/// </summary>
internal sealed class SettlementProcessor(
    IStores stores, IGrainFactory grains, ICatalogs catalogs, DeliveryOptions options, TimeProvider clock, ILogger<SettlementProcessor> log)
{
    private const int CustomersAtOnce = 64;
    private const int MaxReason = 256;

    /// <summary>Settles reports; of two about one contact the first holds.</summary>
    /// <returns>What became of each, in order.</returns>
    public async Task<ImmutableArray<SettlementOutcome>> SettleAsync(ImmutableArray<ContactReport> reports)
    {
        var (catalog, nowMs) = (catalogs.Current, clock.GetUtcNow().ToUnixTimeMilliseconds());
        var outcomes = new SettlementOutcome[reports.Length];
        var (plain, others) = (new List<Report>(reports.Length), new List<Report>());
        var seen = new HashSet<string>(reports.Length, StringComparer.Ordinal);
        for (var i = 0; i < reports.Length; i++)
        {
            outcomes[i] = SettlementOutcome.Ended;
            if (!seen.Add(reports[i].ContactId))
            {
                continue;
            }

            if (!LeaseToken.TryParse(reports[i].LeaseId, out var lease))
            {
                outcomes[i] = SettlementOutcome.LeaseOver;
                continue;
            }

            var isPlain = reports[i].IsSent && !ContactSettling.CountsWhenSent(reports[i].ContactId, lease.IsResent, catalog)
                && !ContactSettling.IsAskedWhenSent(reports[i].ContactId, catalog);
            (isPlain ? plain : others).Add(new(i, reports[i], new(reports[i].ContactId, lease)));
        }

        if (plain.Count > 0)
        {
            Note(
                outcomes, plain,
                await stores.Outbox.AcknowledgeAsync(
                    [.. plain.Select(static report => report.Contact)], catalog.Calendar.GetDay(nowMs), nowMs));
        }

        if (others.Count > 0)
        {
            await SettleOthersAsync(others, outcomes, nowMs);
        }

        return ImmutableArray.Create(outcomes);
    }

    /// <summary>Ends contacts in commits of their customers, one for each customer. A customer who fails holds up no other.</summary>
    /// <returns>The customers whose contacts have not ended.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; those that it still took have ended.</exception>
    public async Task<IReadOnlySet<string>> EndAsync(IEnumerable<(string CustomerId, ContactSettlement Settlement)> ends)
    {
        var failed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        StoreUnavailableException? away = null;
        await Parallel.ForEachAsync(
            ends.GroupBy(static end => end.CustomerId, static end => end.Settlement, StringComparer.Ordinal),
            new ParallelOptions { MaxDegreeOfParallelism = CustomersAtOnce },
            async (customer, _) =>
            {
                try
                {
                    await grains.Customer(customer.Key).SettleContacts([.. customer]);
                }
                catch (StoreUnavailableException fault)
                {
                    away = fault;
                }
                catch (Exception fault)
                {
                    GrainsLog.ContactsNotEnded(log, customer.Key, fault);
                    failed[customer.Key] = true;
                }
            });
        return away is null ? failed.Keys.ToHashSet(StringComparer.Ordinal) : throw new StoreUnavailableException(away.Message, away);
    }

    private async Task SettleOthersAsync(List<Report> others, SettlementOutcome[] outcomes, long nowMs)
    {
        var found = await stores.Outbox.FindAsync([.. others.Select(static report => report.Contact)]);
        var (ends, ended, returned) =
            (new List<(string, ContactSettlement)>(), new List<(string CustomerId, Report Report)>(), new List<Report>());
        var returns = new List<ReturnedContact>();
        foreach (var (report, contact) in others.Zip(found))
        {
            var reason = report.Told.Reason.Length <= MaxReason ? report.Told.Reason : report.Told.Reason[..MaxReason];
            if (contact is not null && (report.Told.IsSent || report.Told.IsGivenUp || contact.Contact.Attempt >= options.MaxAttempts))
            {
                ended.Add((contact.CustomerId, report));
                ends.Add((contact.CustomerId, new(contact.ContactId, report.Told.IsSent ? DeliveryOutcome.Sent : DeliveryOutcome.GivenUp, nowMs)
                {
                    Reason = reason,
                    IsResent = contact.Lease.IsResent,
                    TreatmentId = ContactMessage.ReadAsked(contact.Contact.Message, 0, mayHaveChanged: false)?.TreatmentId ?? "",
                }));
            }
            else
            {
                // One whose lease does not hold is returned in vain, and the store says why.
                var pause = report.Told.RetryAfter ?? RetryPause.After(contact?.Contact.Attempt ?? 1);
                returned.Add(report);
                returns.Add(new(report.Contact, nowMs + (long)pause.TotalMilliseconds, reason));
            }
        }

        // What could not be settled comes again when its lease is over.
        var failed = await EndAsync(ends);
        stores.Outbox.Expect(null, nowMs);
        ended.ForEach(one =>
            outcomes[one.Report.Place] = failed.Contains(one.CustomerId) ? SettlementOutcome.LeaseOver : SettlementOutcome.Settled);
        if (returns.Count > 0)
        {
            Note(outcomes, returned, await stores.Outbox.ReturnAsync(returns, nowMs));
        }
    }

    private static void Note(SettlementOutcome[] outcomes, List<Report> reports, SettlementOutcome[] settled)
    {
        for (var i = 0; i < settled.Length; i++)
        {
            outcomes[reports[i].Place] = settled[i];
        }
    }

    private readonly record struct Report(int Place, ContactReport Told, ContactLease Contact);
}
