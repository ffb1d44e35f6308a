using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Zhice.Case;
using Zhice.V1;

namespace Zhice.Peers.Actors;

/// <summary>An entity of Akka.Cluster.Sharding for each customer, in a cluster of one member.</summary>
internal sealed class AkkaPeer : IPeer, IAsyncDisposable
{
    private const int Shards = 100;

    private const string Settings =
        """
        akka {
          loglevel = WARNING
          stdout-loglevel = WARNING
          actor.provider = cluster
          actor.default-dispatcher.executor = EXECUTOR
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          cluster.sharding { passivate-idle-entity-after = off, state-store-mode = ddata, remember-entities = off }
          cluster.sharding.distributed-data.durable.keys = []
          coordinated-shutdown.run-by-actor-system-terminate = off
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ActorSystem _system;
    private readonly IActorRef _customers;

    private AkkaPeer(ActorSystem system, IActorRef customers) => (_system, _customers) = (system, customers);

    public static async Task<AkkaPeer> StartAsync(IConfiguration settings)
    {
        var config = ConfigurationFactory.ParseString(Settings.Replace(
            "EXECUTOR", settings["Executor"] ?? "default-executor", StringComparison.Ordinal));
        var system = ActorSystem.Create("peers", config);
        var joined = new TaskCompletionSource();
        var cluster = Cluster.Get(system);
        cluster.RegisterOnMemberUp(joined.SetResult);
        cluster.Join(cluster.SelfAddress);
        await joined.Task;
        var decider = new CaseDecider();
        var customers = await ClusterSharding.Get(system).StartAsync(
            "customer",
            id => Props.Create(() => new Customer(id, decider)),
            ClusterShardingSettings.Create(system),
            HashCodeMessageExtractor.Create(Shards, static message => (message as RecommendRequest)?.CustomerId!));
        return new(system, customers);
    }

    public async ValueTask<RecommendResponse> RecommendAsync(RecommendRequest request) =>
        await _customers.Ask<RecommendResponse>(request, Patience);

    public async ValueTask DisposeAsync() => await _system.Terminate();

    private sealed class Customer : ReceiveActor
    {
        public Customer(string id, CaseDecider decider)
        {
            var memory = new CustomerMemory(id, decider);
            Receive<RecommendRequest>(_ => Sender.Tell(memory.Recommend()));
        }
    }
}
