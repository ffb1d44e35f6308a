using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Storage;
using Zhice.Bench.Customers;
using Zhice.Domain.Customers;

namespace Zhice.Bench.Memory;

/// <summary>
/// Hands every customer the state of one of some models, read from bytes as a store hands it, and keeps none of them:
/// so what grows is the silo. What other grains write it keeps.
/// </summary>
internal sealed class GeneratedStorage(bool hasCustomers) : IGrainStorage
{
    private const int Models = 1_024;

    private readonly ConcurrentDictionary<GrainId, (object State, int Version)> _others = new();
    private readonly byte[][] _models = hasCustomers ? CreateModels() : [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (typeof(T) == typeof(CustomerState) && hasCustomers)
        {
            var state = CustomerStateCodec.FromBytes(_models[(grainId.GetUniformHashCode() & int.MaxValue) % Models]);
            (grainState.State, grainState.ETag, grainState.RecordExists) = ((T)(object)state, "41", true);
        }
        else if (_others.TryGetValue(grainId, out var other))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = ((T)other.State, TagOf(other.Version), true);
        }
        else
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var version = int.Parse(grainState.ETag ?? "0", CultureInfo.InvariantCulture) + 1;
        (grainState.ETag, grainState.RecordExists) = (TagOf(version), true);
        if (typeof(T) != typeof(CustomerState))
        {
            _others[grainId] = (grainState.State!, version);
        }

        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _others.TryRemove(grainId, out _);
        return Task.CompletedTask;
    }

    private static string TagOf(int version) => version.ToString(CultureInfo.InvariantCulture);

    private static byte[][] CreateModels()
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return [.. Enumerable.Range(0, Models).Select(seed => CustomerStateCodec.ToBytes(ModelCustomer.Create(seed, nowMs)))];
    }
}
