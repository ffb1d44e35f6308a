using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Deliveries;

namespace Zhice.Grains.Deliveries.Webhooks;

/// <summary>
/// Posts the contacts of one channel from this silo. It is a consumer like any other: silos share the channel's customers, and
/// what a silo that dies has leased comes again at another.
/// </summary>
/// <remarks>As many requests as may be are under way at any time: a receiver that is slow with one holds up no other.</remarks>
internal sealed class WebhookDispatcher(
    WebhookOptions options, WebhookSender sender, Func<string, ISubscriptionGrain> subscribe, TimeProvider clock, ILogger<WebhookDispatcher> log)
    : BackgroundService
{
    private const int MostTold = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<(ContactReport Report, long LeaseEndsAtMs)> _reports = Channel.CreateUnbounded<(ContactReport, long)>(new() { SingleReader = true });

    // Time for all repeats of one request, and for the report.
    private readonly SubscriptionTerms _terms = new(options.Channel, "webhook", ((options.Repeats + 1) * options.Timeout) + TimeSpan.FromSeconds(30));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscription = subscribe($"{options.Channel}/webhook/{Guid.NewGuid():N}");
        using var free = new SemaphoreSlim(options.Parallel);
        var reporting = ReportAsync(subscription);
        await TakeAsync(subscription, free, stoppingToken);

        // What is under way is posted and told before the silo goes; the rest is for others at once.
        await subscription.Leave().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var left = options.Parallel; left > 0; left--)
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
                GrainsLog.WebhookFailed(log, options.Channel, fault);
                await Task.Delay(Pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                _ = room > 0 ? free.Release(room) : 0;
            }
        }
    }

    private async Task SendAsync(TakenContact taken, SemaphoreSlim free)
    {
        try
        {
            _reports.Writer.TryWrite((await sender.SendAsync(taken), taken.LeaseEndsAtMs));
        }
        catch (Exception fault)
        {
            // It is leased still, and comes again.
            GrainsLog.WebhookFailed(log, options.Channel, fault);
        }
        finally
        {
            free.Release();
        }
    }

    // Those that are answered while some are being told are told together. What could not be told was posted all the same: it is
    // told again while its lease lasts, so that it is not posted again.
    private async Task ReportAsync(ISubscriptionGrain subscription)
    {
        var untold = new List<(ContactReport Report, long LeaseEndsAtMs)>();
        while (untold.Count > 0 || await _reports.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (untold.Count < MostTold && _reports.Reader.TryRead(out var report))
            {
                untold.Add(report);
            }

            try
            {
                await subscription.Report(_terms, [.. untold.Take(MostTold).Select(static one => one.Report)]);
                untold.RemoveRange(0, Math.Min(MostTold, untold.Count));
            }
            catch (Exception fault)
            {
                GrainsLog.WebhookFailed(log, options.Channel, fault);
                if (_reports.Reader.Completion.IsCompleted)
                {
                    return;
                }

                await Task.Delay(Pause, clock);
                var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
                untold.RemoveAll(one => one.LeaseEndsAtMs <= nowMs);
            }
        }
    }
}
