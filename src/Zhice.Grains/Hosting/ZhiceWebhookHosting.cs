using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Zhice.Contracts.Deliveries;
using Zhice.Grains.Deliveries.Webhooks;

namespace Zhice.Grains.Hosting;

/// <summary>Adds webhooks to a silo.</summary>
public static class ZhiceWebhookHosting
{
    /// <summary>Posts the contacts of some channels to URLs. The deliveries must be added beside.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="webhooks">The webhooks, one for a channel.</param>
    /// <exception cref="ArgumentException">A setting is missing or out of its range.</exception>
    public static ISiloBuilder AddZhiceWebhooks(this ISiloBuilder silo, params IEnumerable<WebhookOptions> webhooks)
    {
        foreach (var webhook in webhooks.Select(static webhook => webhook.Checked()))
        {
            var name = $"webhook {webhook.Channel}";
            silo.Services.AddHttpClient(name, static http => http.Timeout = Timeout.InfiniteTimeSpan)
                .ConfigurePrimaryHttpMessageHandler(WebhookSender.CreateHandler)
                .RemoveAllLoggers()
                .AddResilienceHandler(name, pipeline =>
                {
                    if (webhook.Repeats > 0)
                    {
                        pipeline.AddRetry(new HttpRetryStrategyOptions
                        {
                            MaxRetryAttempts = webhook.Repeats,
                            BackoffType = DelayBackoffType.Exponential,
                            UseJitter = true,
                            Delay = TimeSpan.FromMilliseconds(200),
                            MaxDelay = TimeSpan.FromSeconds(5),
                        });
                    }

                    pipeline.AddTimeout(webhook.Timeout);
                });
            silo.Services.AddSingleton<IHostedService>(services => new WebhookDispatcher(
                webhook,
                new WebhookSender(
                    services.GetRequiredService<IHttpClientFactory>().CreateClient(name), webhook, services.GetRequiredService<TimeProvider>(),
                    services.GetRequiredService<ILogger<WebhookSender>>()),
                id => services.GetRequiredService<IGrainFactory>().GetGrain<ISubscriptionGrain>(id),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<WebhookDispatcher>>()));
        }

        return silo;
    }
}
