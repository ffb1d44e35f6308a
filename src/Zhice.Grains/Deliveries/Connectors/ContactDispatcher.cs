using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;

namespace Zhice.Grains.Deliveries.Connectors;

/// <summary>
/// Sends the contacts of one channel from this silo, by a connector. It is a consumer like any other: silos share the channel's
/// customers, and what a silo that dies has leased comes again at another.
/// </summary>
/// <remarks>As many contacts as the sender allows are under way at any time: a receiver that is slow with one holds up no other.</remarks>
internal sealed class ContactDispatcher(
    IContactSender sender, Func<string, ISubscriptionGrain> subscribe, TimeProvider clock, ILogger<ContactDispatcher> log)
    : BackgroundService
{
    private const int MaxReports = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<(ContactReport Report, long LeaseEndsAtMs)> _reports = Channel.CreateUnbounded<(ContactReport, long)>(
        new() { SingleReader = true });

    // Time for the report too.
    private readonly SubscriptionTerms _terms = new(sender.ChannelId, sender.Consumer, sender.MaxSendTime + TimeSpan.FromSeconds(30));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscription = subscribe($"{sender.ChannelId}/{sender.Consumer}/{Guid.NewGuid():N}");
        using var free = new SemaphoreSlim(sender.Parallel);
        var reporting = ReportAsync(subscription);
        await TakeAsync(subscription, free, stoppingToken);

        // What is under way is sent and reported before the silo goes; the rest is for others at once.
        await subscription.Leave().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var left = sender.Parallel; left > 0; left--)
        {
            await free.WaitAsync(CancellationToken.None);
        }

        _reports.Writer.Complete();
        await reporting;
    }

    private async Task TakeAsync(ISubscriptionGrain subscription, SemaphoreSlim free, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var room = 0;
            try
            {
                await free.WaitAsync(stopping);
                for (room = 1; free.Wait(0, CancellationToken.None); room++)
                {
                }

                foreach (var taken in await subscription.Take(_terms, room).AsTask().WaitAsync(stopping))
                {
                    room--;
                    _ = SendAsync(taken, free);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception fault)
            {
                GrainsLog.ContactNotSent(log, sender.Consumer, sender.ChannelId, fault);
                await Task.Delay(Pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                _ = room > 0 ? free.Release(room) : 0;
            }
        }
    }

    private async Task SendAsync(LeasedContact taken, SemaphoreSlim free)
    {
        try
        {
            _reports.Writer.TryWrite((await sender.SendAsync(taken), taken.LeaseEndsAtMs));
        }
        catch (Exception fault)
        {
            // It is leased still, and comes again.
            GrainsLog.ContactNotSent(log, sender.Consumer, sender.ChannelId, fault);
        }
        finally
        {
            free.Release();
        }
    }

    // Those that are answered while some are being reported are reported together. What could not be reported was sent all the
    // same: it is reported again while its lease lasts, so that it is not sent again.
    private async Task ReportAsync(ISubscriptionGrain subscription)
    {
        var unreported = new List<(ContactReport Report, long LeaseEndsAtMs)>();
        while (unreported.Count > 0 || await _reports.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (unreported.Count < MaxReports && _reports.Reader.TryRead(out var report))
            {
                unreported.Add(report);
            }

            try
            {
                await subscription.Report(_terms, [.. unreported.Take(MaxReports).Select(static one => one.Report)]);
                unreported.RemoveRange(0, Math.Min(MaxReports, unreported.Count));
            }
            catch (Exception fault)
            {
                GrainsLog.ContactNotSent(log, sender.Consumer, sender.ChannelId, fault);
                if (_reports.Reader.Completion.IsCompleted)
                {
                    return;
                }

                await Task.Delay(Pause, clock);
                var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
                unreported.RemoveAll(one => one.LeaseEndsAtMs <= nowMs);
            }
        }
    }
}
