using Proto;
using Proto.Cluster;
using Proto.Cluster.SingleNode;
using Proto.Remote;
using Proto.Remote.GrpcNet;
using Zhice.Case;
using Zhice.V1;

namespace Zhice.Peers.Actors;

/// <summary>A virtual actor of Proto.Actor for each customer, in a cluster of one member.</summary>
internal sealed class ProtoPeer : IPeer, IAsyncDisposable
{
    private const string Kind = "customer";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ActorSystem _system;

    private ProtoPeer(ActorSystem system) => _system = system;

    public static async Task<ProtoPeer> StartAsync()
    {
        var decider = new CaseDecider();
        var system = new ActorSystem()
            .WithRemote(RemoteConfig.BindToLocalhost())
            .WithCluster(ClusterConfig
                .Setup("peers", new SingleNodeProvider(), new SingleNodeLookup())
                .WithClusterKind(Kind, Props.FromProducer(() => new Customer(decider))));
        await system.Cluster().StartMemberAsync();
        return new(system);
    }

    public async ValueTask<RecommendResponse> RecommendAsync(RecommendRequest request) =>
        await _system.Cluster().RequestAsync<RecommendResponse>(request.CustomerId, Kind, request, CancellationTokens.WithTimeout(Patience))
        ?? throw new TimeoutException($"The actor of {request.CustomerId} did not answer.");

    public async ValueTask DisposeAsync() => await _system.Cluster().ShutdownAsync();

    private sealed class Customer(CaseDecider decider) : IActor
    {
        private CustomerMemory? _memory;

        public Task ReceiveAsync(IContext context)
        {
            if (context.Message is RecommendRequest request)
            {
                context.Respond((_memory ??= new(request.CustomerId, decider)).Recommend());
            }

            return Task.CompletedTask;
        }
    }
}
