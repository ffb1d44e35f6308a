using Microsoft.Extensions.Logging;
using Zhice.Domain.Audit;
using Zhice.Domain.Faults;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Audit;

/// <summary>
/// Gathers entries: those that arrive while a batch is being written leave together in the next one. So one transaction and one turn
/// at the end of the chain serve hundreds of calls, and a lone entry waits for nobody.
/// </summary>
internal sealed class AuditWriter(IStores stores, ILogger<AuditWriter> log)
{
    private const int MaxWaiting = 20_000;
    private const int MaxBatch = 512;
    private const int MaxChangesInBatch = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = new();
    private bool _isWriting;

    /// <summary>Records an entry; ends once it is durable.</summary>
    /// <exception cref="StoreUnavailableException">It is not recorded, or it is not known whether it is.</exception>
    /// <exception cref="StoreOverloadedException">Too many wait already.</exception>
    public Task RecordAsync(AuditEntry entry)
    {
        var waiting = new Waiting(entry, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                throw new StoreOverloadedException(
                    $"{MaxWaiting} entries of the audit wait for the store already, as many as may; try again later.");
            }

            _waiting.Enqueue(waiting);
            if (_isWriting)
            {
                return waiting.Done.Task;
            }

            _isWriting = true;
        }

        // Off the caller's scheduler, which may be a grain's.
        _ = Task.Run(WriteAsync);
        return waiting.Done.Task;
    }

    /// <summary>Records what has happened already, if the store takes it; else the log says that it is not recorded.</summary>
    public async Task TryRecordAsync(AuditEntry entry)
    {
        try
        {
            await RecordAsync(entry.Clean());
        }
        catch (Exception fault) when (fault is StoreUnavailableException or StoreOverloadedException)
        {
            GrainsLog.NotAudited(log, entry.Method, entry.TargetId, fault);
        }
    }

    private async Task WriteAsync()
    {
        while (Draw() is { Count: > 0 } batch)
        {
            try
            {
                await stores.Audit.AppendAsync([.. batch.Select(static waiting => waiting.Entry)]);
                batch.ForEach(static waiting => waiting.Done.SetResult());
            }
            catch (Exception fault)
            {
                // Each caller gets the fault, and none of them goes on.
                var told = fault as StoreUnavailableException
                    ?? new StoreUnavailableException($"The audit trail was not written: {fault.Message}", fault);
                batch.ForEach(waiting => waiting.Done.SetException(told));
            }
        }
    }

    private List<Waiting> Draw()
    {
        var (batch, changes) = (new List<Waiting>(), 0);
        lock (_gate)
        {
            while (batch.Count < MaxBatch && changes < MaxChangesInBatch && _waiting.TryDequeue(out var next))
            {
                batch.Add(next);
                changes += next.Entry.Changes.Length;
            }

            _isWriting = batch.Count > 0;
        }

        return batch;
    }

    private readonly record struct Waiting(AuditEntry Entry, TaskCompletionSource Done);
}
