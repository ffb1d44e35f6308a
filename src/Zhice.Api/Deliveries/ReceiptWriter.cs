using Zhice.Api.Requests;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Decisions;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.V1;
using DomainOutcome = Zhice.Domain.Customers.EventOutcome;
using Outcome = Zhice.Domain.Primitives.DeliveryOutcome;

namespace Zhice.Api.Deliveries;

/// <summary>Brings receipts to their customers, each counted once; a wrong one is left out, as a channel cannot mend it.</summary>
internal sealed class ReceiptWriter(IGrainFactory grains, DecisionKeys keys, ApiOptions options, TimeProvider time)
{
    private static readonly TimeSpan Past = TimeSpan.FromDays(7);
    private static readonly TimeSpan PastOfRefusals = TimeSpan.FromDays(366);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    public async Task<ReceiptResults> WriteAsync(SubscribeReceipts receipts, CancellationToken cancellation)
    {
        var check = new RequestCheck();
        DeliveryMap.CheckCount("receipts.receipts", receipts.Receipts.Count, check);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var read = receipts.Receipts.Select(receipt => (receipt.CustomerId, Settlement: Read(receipt, nowMs))).ToList();
        var (recorded, duplicates, refused) = (0, 0, read.Count(static one => one.Settlement is null));
        await Parallel.ForEachAsync(
            read.Where(static one => one.Settlement is not null)
                .GroupBy(static one => one.CustomerId, static one => one.Settlement!, StringComparer.Ordinal),
            new ParallelOptions { MaxDegreeOfParallelism = options.CustomersAtOnce, CancellationToken = cancellation },
            async (customer, _) =>
            {
                var outcomes = await grains.Customer(customer.Key).SettleContacts([.. customer]);
                var now = outcomes.Count(static outcome => outcome == DomainOutcome.Recorded);
                Interlocked.Add(ref recorded, now);
                var wrong = outcomes.Count(static outcome => outcome == DomainOutcome.NotOffered);
                Interlocked.Add(ref refused, wrong);
                Interlocked.Add(ref duplicates, outcomes.Length - now - wrong);
            });
        return new() { Recorded = recorded, Duplicates = duplicates, Refused = refused };
    }

    /// <summary>Empties receipts with an id that is longer than any: they are left out in any case, and kept for nothing.</summary>
    public static void ForgetOverlong(SubscribeReceipts receipts)
    {
        for (var i = 0; i < receipts.Receipts.Count; i++)
        {
            var receipt = receipts.Receipts[i];
            if (Math.Max(
                receipt.ContactId.Length, Math.Max(receipt.CustomerId.Length, receipt.CampaignId.Length)) > RequestCheck.MaxIdBytes)
            {
                receipts.Receipts[i] = new();
            }
        }
    }

    private ContactSettlement? Read(Receipt receipt, long nowMs)
    {
        var check = new RequestCheck();
        var atMs = receipt.EventTime is null ? nowMs : check.Instant("event_time", receipt.EventTime);
        Outcome outcome = receipt.Type switch
        {
            ReceiptType.Delivered => Outcome.Delivered,
            ReceiptType.Opened => Outcome.Opened,
            ReceiptType.Clicked => Outcome.Clicked,
            ReceiptType.Failed => Outcome.Failed,
            ReceiptType.Unsubscribed => Outcome.Unsubscribed,
            ReceiptType.Complained => Outcome.Complained,
            ReceiptType.Bounced => Outcome.Bounced,
            _ => default,
        };
        var isFine = check.Id("customer_id", receipt.CustomerId)
            && check.Text("campaign_id", receipt.CampaignId, RequestCheck.MaxIdBytes)
            && outcome != default
            && ContactId.TryParse(receipt.ContactId, out var id)
            && keys.Current.GetOrigin(id.Decision, receipt.CustomerId, nowMs) != DecisionOrigin.Foreign
            && atMs >= nowMs - (long)(outcome.Refuses() ? PastOfRefusals : Past).TotalMilliseconds
            && atMs <= nowMs + (long)Ahead.TotalMilliseconds
            && check.IsFine;
        return isFine ? new(receipt.ContactId, outcome, atMs) { CampaignId = receipt.CampaignId } : null;
    }
}
