using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orleans.Runtime;
using Zhice.Api.Calls;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Cluster;
using Zhice.V1;

namespace Zhice.Api.Cluster;

/// <summary>What the cluster is made of, as Orleans knows it.</summary>
internal sealed class SystemService(IGrainFactory grains, TimeProvider clock) : V1.SystemService.SystemServiceBase
{
    private const int MaxKinds = 50;

    [Call(CallClass.Read, Roles.Staff | Roles.SystemAdmin)]
    public override async Task<ListSilosResponse> ListSilos(ListSilosRequest request, ServerCallContext context)
    {
        var management = grains.GetGrain<IManagementGrain>(0);
        var hosts = await management.GetHosts(onlyActive: false);
        var active = hosts.Where(static host => host.Value == SiloStatus.Active).Select(static host => host.Key).ToArray();
        var statistics = await FindStatisticsAsync(management, active);
        var response = new ListSilosResponse { AsOfTime = Values.ToTimestamp(clock.GetUtcNow().ToUnixTimeMilliseconds()) };
        response.Silos.Add(
            hosts.OrderBy(static host => host.Key.ToParsableString(), StringComparer.Ordinal)
                .Select(host => ToSilo(host.Key, host.Value, statistics.GetValueOrDefault(host.Key))));
        response.Grains.Add(
            (await management.GetSimpleGrainStatistics())
                .GroupBy(static each => ToKind(each.GrainType), StringComparer.Ordinal)
                .Select(static kind => new GrainCount { Kind = kind.Key, Activations = kind.Sum(static each => (long)each.ActivationCount) })
                .OrderByDescending(static kind => kind.Activations).ThenBy(static kind => kind.Kind, StringComparer.Ordinal)
                .Take(MaxKinds));
        return response;
    }

    [Call(CallClass.Read, Roles.Staff | Roles.SystemAdmin)]
    public override async Task<GetCallRatesResponse> GetCallRates(GetCallRatesRequest request, ServerCallContext context)
    {
        var answers = await AskSilosAsync(silo => grains.GetGrain<ICallRatesGrain>(silo).Read());
        var silos = answers.Where(static each => each.Seconds > 0).ToArray();
        var durations = Add(silos.Select(static each => each.ByDuration));
        return new()
        {
            AsOfTime = Values.ToTimestamp(clock.GetUtcNow().ToUnixTimeMilliseconds()),
            Seconds = silos.Length == 0 ? 0 : silos.Max(static each => each.Seconds),
            DecisionsPerSecond = silos.Sum(static each => each.Decisions / each.Seconds),
            CallsPerSecond = silos.Sum(static each => each.Calls / each.Seconds),
            MedianDuration = ToDuration(CallDurations.GetQuantile(durations, 0.5)),
            P99Duration = ToDuration(CallDurations.GetQuantile(durations, 0.99)),
        };
    }

    [Call(CallClass.Read, Roles.Staff | Roles.SystemAdmin)]
    public override async Task<GetStoreRatesResponse> GetStoreRates(GetStoreRatesRequest request, ServerCallContext context)
    {
        var answers = await AskSilosAsync(silo => grains.GetGrain<IStoreRatesGrain>(silo).Read());
        var silos = answers.Where(static each => each.Seconds > 0).ToArray();
        var durations = Add(silos.Select(static each => each.ByDuration));
        var response = new GetStoreRatesResponse
        {
            AsOfTime = Values.ToTimestamp(clock.GetUtcNow().ToUnixTimeMilliseconds()),
            Seconds = silos.Length == 0 ? 0 : silos.Max(static each => each.Seconds),
            CommitsPerSecond = silos.Sum(static each => each.ByDuration.Sum() / each.Seconds),
            MedianDuration = ToDuration(CallDurations.GetQuantile(durations, 0.5)),
            P99Duration = ToDuration(CallDurations.GetQuantile(durations, 0.99)),
        };
        response.Queues.Add(
            answers.SelectMany(static each => each.Queues)
                .GroupBy(static each => each.Queue, StringComparer.Ordinal).OrderBy(static queue => queue.Key, StringComparer.Ordinal)
                .Select(static queue => new QueueLength { Queue = queue.Key, Waiting = queue.Sum(static each => each.Waiting) }));
        return response;
    }

    // As with statistics: one that is going, or of an older release, does not answer.
    private async Task<T[]> AskSilosAsync<T>(Func<string, ValueTask<T>> ask)
        where T : class
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        return [.. (await Task.WhenAll(hosts.Keys.Select(FindAsync))).OfType<T>()];

        async Task<T?> FindAsync(SiloAddress silo)
        {
            try
            {
                return await ask(silo.ToParsableString());
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException)
            {
                return null;
            }
        }
    }

    private static long[] Add(IEnumerable<ImmutableArray<long>> counts)
    {
        var sums = new long[CallDurations.Count];
        foreach (var silo in counts)
        {
            for (var index = 0; index < silo.Length; index++)
            {
                sums[index] += silo[index];
            }
        }

        return sums;
    }

    private static Duration? ToDuration(double? seconds) =>
        seconds is { } known ? Duration.FromTimeSpan(TimeSpan.FromSeconds(known)) : null;

    // One that is going does not answer; the others are shown all the same.
    private static async Task<Dictionary<SiloAddress, SiloRuntimeStatistics>> FindStatisticsAsync(IManagementGrain management, SiloAddress[] active)
    {
        var found = new Dictionary<SiloAddress, SiloRuntimeStatistics>();
        foreach (var silo in active)
        {
            try
            {
                found[silo] = (await management.GetRuntimeStatistics([silo]))[0];
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException)
            {
                // Without an answer its figures are not known.
            }
        }

        return found;
    }

    private static Silo ToSilo(SiloAddress address, SiloStatus status, SiloRuntimeStatistics? statistics)
    {
        var silo = new Silo { Address = address.ToParsableString(), State = ToState(status), HasAnswered = statistics is not null };
        if (statistics is not null)
        {
            var environment = statistics.EnvironmentStatistics;
            silo.Activations = statistics.ActivationCount;
            silo.CpuPercent = Math.Clamp(environment.FilteredCpuUsagePercentage, 0, 100);
            silo.MemoryBytes = environment.FilteredMemoryUsageBytes;
            silo.MemoryLimitBytes = environment.MaximumAvailableMemoryBytes;
            silo.IsOverloaded = statistics.IsOverloaded;
            silo.Clients = statistics.ClientCount;
        }

        return silo;
    }

    private static SiloState ToState(SiloStatus status) => status switch
    {
        SiloStatus.Created or SiloStatus.Joining => SiloState.Starting,
        SiloStatus.Active => SiloState.Active,
        SiloStatus.ShuttingDown or SiloStatus.Stopping => SiloState.Stopping,
        SiloStatus.Dead => SiloState.Dead,
        _ => SiloState.Unspecified,
    };

    // "Zhice.Grains.Customers.CustomerGrain,Zhice.Grains" is a "CustomerGrain" to operators.
    private static string ToKind(string grainType)
    {
        var name = grainType.Split(',')[0];
        return name[(name.LastIndexOf('.') + 1)..];
    }
}
