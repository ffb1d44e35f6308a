using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Outbox;

namespace Zhice.Grains.Deliveries;

/// <summary>
/// Ends the contacts that nobody sent in time, and those whose last lease ran out: in a commit of their customer, which gives
/// back what they took of the caps. Every silo looks; what one has leased, the others pass over. What fails is found again.
/// </summary>
internal sealed class OverdueContacts(
    IStores stores, SettlementProcessor reports, ICatalogs catalogs, DeliveryOptions options, TimeProvider clock,
    ILogger<OverdueContacts> log)
    : BackgroundService
{
    private const int AtOnce = 500;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetPause = TimeSpan.FromHours(1);

    private DateTimeOffset _forgottenAt;

    /// <summary>Ends what is overdue now.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> EndAsync()
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (var ended = 0; ; ended += AtOnce)
        {
            var overdue = await stores.Outbox.LeaseOverdueAsync(AtOnce, nowMs, nowMs + (long)Lease.TotalMilliseconds);
            await reports.EndAsync(overdue.Select(contact => (contact.CustomerId, CreateSettlement(contact, nowMs))));
            if (overdue.Count < AtOnce)
            {
                return ended + overdue.Count;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.OverduePoll, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await EndAsync();
                    await ForgetAsync();
                }
                catch (Exception fault)
                {
                    GrainsLog.OverdueNotEnded(log, fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task ForgetAsync()
    {
        var now = clock.GetUtcNow();
        if (now - _forgottenAt >= ForgetPause)
        {
            await stores.Outbox.ForgetDeadAsync(now.AddDays(-options.DeadLetterDays).ToUnixTimeMilliseconds());
            _forgottenAt = now;
        }
    }

    // One that was to live longer was taken back: something made it pointless.
    private ContactSettlement CreateSettlement(LeasedContactRow contact, long nowMs) =>
        ContactId.TryParse(contact.ContactId, out var id) && catalogs.Current.Stops.IsRecalled(contact.CampaignId, id)
            ? new(contact.ContactId, DeliveryOutcome.VoidCampaign, nowMs)
            : contact.Contact.Attempt < options.MaxAttempts
            ? new(
                contact.ContactId,
                ContactMessage.ExpiryOf(contact.Contact.Message) > nowMs ? DeliveryOutcome.Withdrawn : DeliveryOutcome.Expired, nowMs)
            : new(contact.ContactId, DeliveryOutcome.GivenUp, nowMs)
            {
                Reason = contact.Reason.Length > 0 ? contact.Reason : "It was never acknowledged.",
            };
}
