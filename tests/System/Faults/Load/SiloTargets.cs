using Grpc.Core;
using Grpc.Net.Client;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>
/// The silos as their callers see them: by address, for good, whoever listens there now. Does what a balancer does: keeps a
/// customer on one silo, and passes over one that failed a moment ago.
/// </summary>
internal sealed class SiloTargets : IDisposable
{
    private static readonly TimeSpan Shunned = TimeSpan.FromSeconds(1);

    private readonly GrpcChannel[] _channels;
    private readonly long[] _shunnedUntil;

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
        _shunnedUntil = new long[_channels.Length];
        Events = [.. _channels.Select(channel => new EventService.EventServiceClient(channel))];
        Recommendations = [.. _channels.Select(channel => new RecommendationService.RecommendationServiceClient(channel))];
        Customers = [.. _channels.Select(channel => new CustomerService.CustomerServiceClient(channel))];
    }

    public int Count => _channels.Length;

    public IReadOnlyList<EventService.EventServiceClient> Events { get; }

    public IReadOnlyList<RecommendationService.RecommendationServiceClient> Recommendations { get; }

    public IReadOnlyList<CustomerService.CustomerServiceClient> Customers { get; }

    /// <summary>The silo of a customer, or the next one that did not fail a moment ago.</summary>
    public int Pick(int home)
    {
        for (var i = 0; i < Count; i++)
        {
            var target = (home + i) % Count;
            if (Volatile.Read(ref _shunnedUntil[target]) < Environment.TickCount64)
            {
                return target;
            }
        }

        return home % Count;
    }

    /// <summary>Passes over a silo for a second, if it was the silo itself that failed and not what lies behind it.</summary>
    public void Failed(int target, RpcException fault)
    {
        if (fault.StatusCode == StatusCode.DeadlineExceeded || fault.GetRpcStatus() is null)
        {
            Volatile.Write(ref _shunnedUntil[target], Environment.TickCount64 + (long)Shunned.TotalMilliseconds);
        }
    }

    public void Dispose() => Array.ForEach(_channels, channel => channel.Dispose());
}
