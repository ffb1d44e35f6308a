using System.Collections.Immutable;
using System.Globalization;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Deliveries;
using Zhice.V1;

namespace Zhice.Api.Deliveries;

/// <summary>Between the messages of the contract and those of the grains.</summary>
internal static class DeliveryMap
{
    private const int MaxAtOnce = 1_000;
    private const int MaxReasonBytes = 256;
    private static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxLease = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxRetry = TimeSpan.FromDays(1);

    // What the outbox keeps beside the message is for no channel.
    private static readonly Google.Protobuf.MessageParser<OutboundContact> Contacts = OutboundContact.Parser.WithDiscardUnknownFields(true);

    public static SubscriptionTerms ToTerms(SubscribeStart start, RequestCheck check)
    {
        check.Id("start.channel_id", start.ChannelId);
        check.Id("start.consumer", start.Consumer);
        var lease = check.Span(
            "start.lease_duration", start.LeaseDuration, DefaultLease, ShortestLease, MaxLease,
            "must be from 1 second to 1 hour; unset stands for 30 seconds");
        if (start.Credits is < 0 or > Credits.Max)
        {
            check.Add("start.credits", FieldReasons.OutOfRange, $"is {start.Credits}; 0 to {Credits.Max} are allowed");
        }

        return new(start.ChannelId, start.Consumer, lease);
    }

    public static ImmutableArray<ContactReport> ToReports(SubscribeSettlements settlements)
    {
        var check = new RequestCheck();
        CheckCount("settlements.settlements", settlements.Settlements.Count, check);
        var reports = ImmutableArray.CreateBuilder<ContactReport>(settlements.Settlements.Count);
        foreach (var (i, settlement) in settlements.Settlements.Index())
        {
            check.Enter("settlements.settlements", i);
            check.Id("contact_id", settlement.ContactId, MaxReasonBytes);
            check.Text("lease_id", settlement.LeaseId, MaxReasonBytes);
            var refusal = settlement.Refusal;
            check.Text("refusal.reason", refusal?.Reason ?? "", MaxReasonBytes);
            TimeSpan? retryAfter = refusal?.RetryAfter is { } asked
                ? check.Span("refusal.retry_after", asked, TimeSpan.Zero, TimeSpan.Zero, MaxRetry, "must be from 0 to 1 day")
                : null;

            reports.Add(new(settlement.ContactId, settlement.LeaseId)
            {
                IsSent = refusal is null,
                IsGivenUp = refusal?.GiveUp ?? false,
                Reason = refusal?.Reason ?? "",
                RetryAfter = retryAfter,
            });
        }

        check.ThrowIfAny();
        return reports.MoveToImmutable();
    }

    public static SubscribeResponse ToResponse(ImmutableArray<Domain.Deliveries.LeasedContact> leased) => new()
    {
        Contacts = new()
        {
            Contacts =
            {
                leased.Select(static contact => new LeasedContact
                {
                    Contact = ToContact(contact.Message, contact.Attempt),
                    LeaseId = contact.LeaseId,
                    LeaseEndTime = Values.ToTimestamp(contact.LeaseEndsAtMs),
                }),
            },
        },
    };

    public static SubscribeResponse ToResponse(
        ImmutableArray<ContactReport> reports, ImmutableArray<Domain.Deliveries.SettlementOutcome> outcomes) =>
        new()
    {
        Settlements = new()
        {
            Results =
            {
                reports.Zip(outcomes, static (report, outcome) =>
                    new SettlementResult { ContactId = report.ContactId, Outcome = (SettlementOutcome)outcome }),
            },
        },
    };

    public static DeadLetter ToDeadLetter(Domain.Deliveries.DeadLetter dead) => new()
    {
        Contact = ToContact(dead.Message, dead.Attempts),
        Reason = dead.Reason,
        GiveUpTime = Values.ToTimestamp(dead.DiedAtMs),
    };

    public static RefusedDeadLetter ToRefused(ResentContact answer) => new()
    {
        ContactId = answer.ContactId,
        Outcome = (DeliveryOutcome)answer.Refusal,
        ReasonCode = answer.Reason == Domain.Primitives.ReasonCode.Offered ? ReasonCode.Unspecified : (ReasonCode)answer.Reason,
        RuleId = answer.RuleId,
    };

    public static WaitingContact ToWaiting(WaitingContactLine line) => new()
    {
        Contact = ToContact(line.Message, line.Attempts),
        AvailableTime = Values.ToTimestamp(line.AvailableAtMs),
        NextTime = Values.ToTimestamp(line.NextAtMs),
        IsWithGateway = line.IsWithGateway,
        HeldBy = line.HeldBy,
        LastRefusal = line.Reason,
    };

    public static WaitingCount ToCount(WaitingTally tally) => new()
    {
        ChannelId = tally.ChannelId,
        IsWithGateway = tally.IsWithGateway,
        HeldBy = tally.HeldBy,
        Count = tally.Count,
        OldestTime = Values.ToTimestamp(tally.OldestAtMs),
        Gateways = tally.Gateways,
    };

    public static DeliveryCount ToCount(Domain.Deliveries.DeliveryCount count) => new()
    {
        CampaignId = count.CampaignId,
        ChannelId = count.ChannelId,
        Day = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(count.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Outcome = (DeliveryOutcome)count.Outcome,
        Count = count.Count,
    };

    public static void CheckCount(string path, int count, RequestCheck check)
    {
        if (count is 0 or > MaxAtOnce)
        {
            check.Add(
                path, count == 0 ? FieldReasons.Required : FieldReasons.TooMany, $"has {count} entries; 1 to {MaxAtOnce} are allowed");
            check.ThrowIfAny();
        }
    }

    private static OutboundContact ToContact(byte[] message, int attempt)
    {
        var contact = Contacts.ParseFrom(message);
        contact.Attempt = attempt;
        return contact;
    }
}
