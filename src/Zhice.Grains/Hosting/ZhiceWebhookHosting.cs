using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Zhice.Contracts.Deliveries;
using Zhice.Grains.Deliveries.Connectors;
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
                .ConfigurePrimaryHttpMessageHandler(() => WebhookSender.CreateHandler(webhook.AllowLocal))
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
            silo.Services.AddContactSender(services => new WebhookSender(
                services.GetRequiredService<IHttpClientFactory>().CreateClient(name), webhook, services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<WebhookSender>>()));
        }

        return silo;
    }

    /// <summary>Sends contacts by a connector, for as long as the silo runs.</summary>
    internal static IServiceCollection AddContactSender(this IServiceCollection services, Func<IServiceProvider, IContactSender> create) =>
        services.AddSingleton<IHostedService>(provider => new ContactDispatcher(
            create(provider),
            id => provider.GetRequiredService<IGrainFactory>().GetGrain<ISubscriptionGrain>(id),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ContactDispatcher>>()));
}
