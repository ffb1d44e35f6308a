using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using Zhice.Domain.Faults;

namespace Zhice.TestBank;

/// <summary>What a write meets.</summary>
internal enum Fault
{
    /// <summary>It is refused before anything was done.</summary>
    NotWritten,

    /// <summary>It is written, and the answer is lost: the unknown outcome.</summary>
    WrittenAndLost,

    /// <summary>Another activation was faster.</summary>
    Overtaken,
}

/// <summary>A store in memory that can be told to fail. It keeps bytes, as a real one does.</summary>
internal sealed class FaultyStorage(Serializer serializer) : IGrainStorage
{
    private readonly ConcurrentDictionary<GrainId, (byte[] Bytes, long Version)> _rows = new();
    private readonly ConcurrentDictionary<GrainId, Fault> _faults = new();
    private readonly ConcurrentDictionary<GrainId, TaskCompletionSource> _held = new();
    private readonly ConcurrentDictionary<GrainId, TaskCompletionSource> _awaited = new();

    public ConcurrentDictionary<GrainId, int> Reads { get; } = new();

    /// <summary>Those of whom the store takes no write at all.</summary>
    public ConcurrentDictionary<GrainId, bool> Refused { get; } = new();

    public void FailNextWrite(GrainId id, Fault fault) => _faults[id] = fault;

    /// <summary>Holds the next write until the returned source is completed.</summary>
    public TaskCompletionSource HoldNextWrite(GrainId id) =>
        _held[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Is done when a write begins.</summary>
    public Task NextWriteOf(GrainId id) =>
        (_awaited[id] = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Reads.AddOrUpdate(grainId, 1, (_, reads) => reads + 1);
        if (_rows.TryGetValue(grainId, out var row))
        {
            grainState.State = serializer.Deserialize<T>(row.Bytes);
            grainState.ETag = row.Version.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
        else
        {
            grainState.State = Activator.CreateInstance<T>();
            (grainState.ETag, grainState.RecordExists) = (null, false);
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var bytes = serializer.SerializeToArray(grainState.State);
        if (_awaited.TryRemove(grainId, out var awaited))
        {
            awaited.SetResult();
        }

        if (Refused.ContainsKey(grainId))
        {
            throw new StateRefusedException("The store does not take it.");
        }

        if (_held.TryRemove(grainId, out var held))
        {
            await held.Task;
        }

        var read = grainState.ETag is null ? 0 : long.Parse(grainState.ETag, CultureInfo.InvariantCulture);
        var fault = _faults.TryRemove(grainId, out var planned) ? planned : (Fault?)null;
        if (fault == Fault.NotWritten)
        {
            throw new IOException("The store is away.");
        }

        var stored = _rows.TryGetValue(grainId, out var row) ? row.Version : 0;
        if (fault == Fault.Overtaken || stored != read)
        {
            throw new InconsistentStateException("Another activation was faster.", $"{stored}", grainState.ETag);
        }

        _rows[grainId] = (bytes, stored + 1);
        if (fault == Fault.WrittenAndLost)
        {
            throw new TimeoutException("The answer of the store was lost.");
        }

        grainState.ETag = (stored + 1).ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.TryRemove(grainId, out _);
        return Task.CompletedTask;
    }
}
