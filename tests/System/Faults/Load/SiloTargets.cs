using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>
/// The silos as their callers see them: by address, for good, whoever listens there now. Does what a balancer does: keeps a
/// customer on one silo, asks each for its health, and passes over one that is not well.
/// </summary>
internal sealed class SiloTargets : IAsyncDisposable
{
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan MaxCheck = TimeSpan.FromSeconds(2);

    private readonly GrpcChannel[] _channels;
    private readonly bool[] _isDown;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _checking;

    public SiloTargets(IEnumerable<string> addresses)
    {
        _channels =
        [
            .. addresses.Select(address => GrpcChannel.ForAddress(address, new GrpcChannelOptions
            {
                HttpHandler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), EnableMultipleHttp2Connections = true },
                DisposeHttpClient = true,
            })),
        ];
        _isDown = new bool[_channels.Length];
        Events = [.. _channels.Select(channel => new EventService.EventServiceClient(channel))];
        Recommendations = [.. _channels.Select(channel => new RecommendationService.RecommendationServiceClient(channel))];
        Customers = [.. _channels.Select(channel => new CustomerService.CustomerServiceClient(channel))];
        Catalog = [.. _channels.Select(channel => new CatalogService.CatalogServiceClient(channel))];
        Campaigns = [.. _channels.Select(channel => new CampaignService.CampaignServiceClient(channel))];
        Deliveries = [.. _channels.Select(channel => new DeliveryService.DeliveryServiceClient(channel))];
        Stops = [.. _channels.Select(channel => new StopService.StopServiceClient(channel))];
        Audiences = [.. _channels.Select(channel => new AudienceService.AudienceServiceClient(channel))];
        _checking = Task.WhenAll(Enumerable.Range(0, Count).Select(CheckAsync));
    }

    public int Count => _channels.Length;

    public IReadOnlyList<EventService.EventServiceClient> Events { get; }

    public IReadOnlyList<RecommendationService.RecommendationServiceClient> Recommendations { get; }

    public IReadOnlyList<CustomerService.CustomerServiceClient> Customers { get; }

    public IReadOnlyList<CatalogService.CatalogServiceClient> Catalog { get; }

    public IReadOnlyList<CampaignService.CampaignServiceClient> Campaigns { get; }

    public IReadOnlyList<DeliveryService.DeliveryServiceClient> Deliveries { get; }

    public IReadOnlyList<StopService.StopServiceClient> Stops { get; }

    public IReadOnlyList<AudienceService.AudienceServiceClient> Audiences { get; }

    /// <summary>The silo of a customer, or the next one that is well.</summary>
    public int Pick(int home)
    {
        for (var i = 0; i < Count; i++)
        {
            var target = (home + i) % Count;
            if (!Volatile.Read(ref _isDown[target]))
            {
                return target;
            }
        }

        return home % Count;
    }

    /// <summary>Passes over a silo until it is well again, if it was the silo itself that failed and not what lies behind it.</summary>
    public void Failed(int target, RpcException fault)
    {
        if (Count > 1 && fault.StatusCode == StatusCode.Unavailable && fault.GetRpcStatus() is null)
        {
            Volatile.Write(ref _isDown[target], true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _checking;
        Array.ForEach(_channels, channel => channel.Dispose());
        _ending.Dispose();
    }

    private async Task CheckAsync(int target)
    {
        var health = new Health.HealthClient(_channels[target]);
        while (!_ending.IsCancellationRequested)
        {
            var isUp = false;
            try
            {
                var answer = await health.CheckAsync(
                    new HealthCheckRequest(), deadline: DateTime.UtcNow + MaxCheck, cancellationToken: _ending.Token);
                isUp = answer.Status == HealthCheckResponse.Types.ServingStatus.Serving;
            }
            catch (RpcException)
            {
                // Not well.
            }

            Volatile.Write(ref _isDown[target], !isUp);
            await Task.Delay(BetweenChecks, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
