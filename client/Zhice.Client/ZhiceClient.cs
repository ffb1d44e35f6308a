using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Zhice.Client.Internal;
using Zhice.V1;

namespace Zhice.Client;

/// <summary>
/// The API of a Zhice.Grains cluster: calls that end UNAVAILABLE are repeated with back-off, unary calls have a
/// deadline, and a customer's calls say whose they are, so that a load balancer can keep them on one silo.
/// </summary>
/// <remarks>Thread-safe; one for a process is enough. Faults are RpcExceptions: read them with <see cref="GrpcFault"/>.</remarks>
public sealed class ZhiceClient : IDisposable
{
    private readonly GrpcChannel _channel;

    /// <summary>A client of the server at this address, such as "http://127.0.0.1:7301". Connects at the first call.</summary>
    public ZhiceClient(string address)
        : this(new ZhiceClientOptions { Address = new Uri(address) })
    {
    }

    /// <summary>A client with these options.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ZhiceClient(ZhiceClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Validated();
        _channel = GrpcChannel.ForAddress(options.Address, ChannelSettings.For(options));
        var calls = _channel.Intercept(new CustomerIdInterceptor(), new DeadlineInterceptor(options.Deadline, options.TimeProvider));
        Recommendations = new(calls);
        Events = new(calls);
        Customers = new(calls);
        Catalog = new(calls);
        Bulk = new(calls);
        Simulations = new(calls);
        Operations = new(calls);
        Models = new(calls);
        Campaigns = new(calls);
        Audiences = new(calls);
        Deliveries = new(calls);
        HandOffs = new(calls);
        Stops = new(calls);
        Journeys = new(calls);
        Erasures = new(calls);
        Audit = new(calls);
        Measurement = new(calls);
        System = new(calls);
        Behavior = new(calls);
        Security = new(calls);
    }

    /// <summary>What to say to a customer, and why.</summary>
    public RecommendationService.RecommendationServiceClient Recommendations { get; }

    /// <summary>What customers did.</summary>
    public EventService.EventServiceClient Events { get; }

    /// <summary>One customer, live.</summary>
    public CustomerService.CustomerServiceClient Customers { get; }

    /// <summary>What the bank defines.</summary>
    public CatalogService.CatalogServiceClient Catalog { get; }

    /// <summary>Customers in bulk.</summary>
    public BulkService.BulkServiceClient Bulk { get; }

    /// <summary>What would be said if the catalogue were another.</summary>
    public SimulationService.SimulationServiceClient Simulations { get; }

    /// <summary>The models that rank.</summary>
    public LearningService.LearningServiceClient Models { get; }

    /// <summary>Who the customers are for whom a condition holds.</summary>
    public AudienceService.AudienceServiceClient Audiences { get; }

    /// <summary>Campaigns.</summary>
    public CampaignService.CampaignServiceClient Campaigns { get; }

    /// <summary>Contacts on their way to channels.</summary>
    public DeliveryService.DeliveryServiceClient Deliveries { get; }

    /// <summary>Agents who hold actions, and customers who are handed over.</summary>
    public HandOffService.HandOffServiceClient HandOffs { get; }

    /// <summary>Callers who are no longer accepted.</summary>
    public SecurityService.SecurityServiceClient Security { get; }

    /// <summary>Kill switches.</summary>
    public StopService.StopServiceClient Stops { get; }

    /// <summary>Journeys: definitions, reports, and an operator's hand.</summary>
    public JourneyService.JourneyServiceClient Journeys { get; }

    /// <summary>Customers who were erased.</summary>
    public ErasureService.ErasureServiceClient Erasures { get; }

    /// <summary>Who did what.</summary>
    public AuditService.AuditServiceClient Audit { get; }

    /// <summary>What contacts and decisions brought.</summary>
    public MeasurementService.MeasurementServiceClient Measurement { get; }

    /// <summary>The cluster itself.</summary>
    public SystemService.SystemServiceClient System { get; }

    /// <summary>What customers do: counts, funnels, retention and paths of their events.</summary>
    public BehaviorService.BehaviorServiceClient Behavior { get; }

    /// <summary>Imports and exports that run or ran.</summary>
    public Google.LongRunning.Operations.OperationsClient Operations { get; }

    /// <summary>Opens a stream on which events are sent without waiting for each to be recorded.</summary>
    /// <param name="window">How many may be unacknowledged, 1 to 1,024.</param>
    /// <param name="cancellation">Ends the stream.</param>
    public EventStream OpenEventStream(int window = EventStream.DefaultWindow, CancellationToken cancellation = default) =>
        new(Events, window, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
