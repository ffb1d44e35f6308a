using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Deliveries;

namespace Zhice.Grains.Deliveries.Webhooks;

/// <summary>
/// Posts the contacts of one channel from this silo. It is a consumer like any other: silos share the channel's customers, and
/// what a silo that dies has leased comes again at another.
/// </summary>
internal sealed class WebhookDispatcher(WebhookOptions options, WebhookSender sender, IGrainFactory grains, TimeProvider clock, ILogger<WebhookDispatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscription = grains.GetGrain<ISubscriptionGrain>($"{options.Channel}/webhook/{Guid.NewGuid():N}");

        // Time for all repeats of one request, and for the report.
        var terms = new SubscriptionTerms(options.Channel, "webhook", ((options.Repeats + 1) * options.Timeout) + TimeSpan.FromSeconds(30));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var taken = await subscription.Take(terms, options.Parallel).AsTask().WaitAsync(stoppingToken);
                if (taken.Length > 0)
                {
                    var reports = await Task.WhenAll(taken.Select(sender.SendAsync));
                    await subscription.Report(terms, [.. reports]);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                GrainsLog.WebhookFailed(log, options.Channel, fault);
                await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await subscription.Leave().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
