using Zhice.Bulk;
using Zhice.Contracts.Bulk;
using Zhice.Grains.Audit;
using Zhice.V1;

using BulkPhase = Zhice.Contracts.Bulk.BulkPhase;

namespace Zhice.Grains.Bulk;

/// <summary>
/// Keeps a bulk operation. What a worker reports is durable with the next write, at most a second later; after a crash
/// the next worker goes on from there, and what it does twice changes nothing.
/// </summary>
[GrainType("bulkoperation")]
internal sealed class BulkOperationGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<BulkOperationState> stored,
    BulkSilos silos,
    BulkFolder folder,
    AuditWriter audit,
    TimeProvider clock) : Grain, IBulkOperationGrain
{
    // Workers report every second; one that is silent for so long has gone.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _heardAtMs;

    private BulkRecord? Record => stored.State.Record;

    public async ValueTask<BulkAnswer> Begin(BulkKind kind, byte[] request)
    {
        if (Record is { Phase: BulkPhase.Done, Fault: not BulkFault.None } failed)
        {
            await Reopen(failed, request);
            await Wake();
            return new(Record!, IsRepeated: false);
        }

        if (Record is { } known)
        {
            // The same file was brought again: perhaps that is what it waits for.
            if (known.Phase != BulkPhase.Done)
            {
                await Wake();
            }

            return new(Record ?? known, IsRepeated: true);
        }

        if (kind == BulkKind.Export)
        {
            folder.Check(0);
        }

        var record = new BulkRecord
        {
            OperationId = this.GetPrimaryKeyString(), Kind = kind, Request = request, CreatedAtMs = NowMs, Phase = BulkPhase.Queued,
        };
        await List.Note(new(record.OperationId, record.CreatedAtMs, 0));
        await Commit(record);
        await Wake();
        return new(Record!, IsRepeated: false);
    }

    public ValueTask<BulkRecord?> Find() => ValueTask.FromResult(Record);

    public async Task<BulkRecord?> WaitForEnd(TimeSpan limit)
    {
        if (Record is { Phase: not BulkPhase.Done })
        {
            using var enough = new CancellationTokenSource(limit < MaxWait ? limit : MaxWait, clock);
            await _ended.Task.WaitAsync(enough.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return Record;
    }

    public async ValueTask<bool> Cancel()
    {
        if (Record is not { Phase: not BulkPhase.Done } record)
        {
            return Record is not null;
        }

        await End(record, BulkFault.Cancelled, "It was cancelled; what was done before stays.");
        if (record.Silo.Length > 0)
        {
            await silos.TryAsync(record.Silo, silo => silo.Stop(record.OperationId));
        }

        return true;
    }

    public async ValueTask Wake()
    {
        if (Record is { Phase: BulkPhase.Done } ended)
        {
            // Whoever wakes it takes it for one that goes on: the note of its end was lost.
            await List.Note(new(ended.OperationId, ended.CreatedAtMs, ended.EndedAtMs));
            return;
        }

        if (Record is not { } record
            || (record.Phase is BulkPhase.Running or BulkPhase.Queued && clock.StopwatchMs() - _heardAtMs < MaxSilence.TotalMilliseconds))
        {
            return;
        }

        var silo = await FindSiloAsync(record);
        if (silo is null)
        {
            if (record.Phase != BulkPhase.WaitingForFile)
            {
                await Commit(record with { Phase = BulkPhase.WaitingForFile });
            }

            return;
        }

        // It runs when it has its turn there.
        await Commit(record with { Phase = BulkPhase.Queued, Attempt = record.Attempt + 1, Silo = silo });
        _heardAtMs = clock.StopwatchMs();
        await silos.TryAsync(silo, worker => worker.Start(Record!));
    }

    public async ValueTask<bool> Report(BulkReport report)
    {
        if (Record is not { Phase: BulkPhase.Running or BulkPhase.Queued } record || report.Attempt != record.Attempt)
        {
            return false;
        }

        _heardAtMs = clock.StopwatchMs();
        if (report.IsEnded)
        {
            await End(record with { Progress = report.Progress }, report.Fault, report.Sentence);
            return true;
        }

        var (before, hasBegun) = (record, record.Phase == BulkPhase.Queued && !report.IsQueued && !report.IsGivenBack);
        record = record with { Progress = report.Progress, Phase = report.IsQueued ? record.Phase : BulkPhase.Running };
        if (hasBegun)
        {
            record = Attempts.Begin(record);
            if (Attempts.IsStalled(record))
            {
                await End(record, BulkFault.FaultyFile, Attempts.Stalled);
                return false;
            }
        }
        else if (report.IsGivenBack)
        {
            record = Attempts.GiveBack(record);
        }

        if (record != before)
        {
            await Commit(record);
        }

        return true;
    }

    public async ValueTask Forget()
    {
        if (Record is { Phase: BulkPhase.Done } record)
        {
            foreach (var name in (string[])[
                BulkFileNames.ForRejects(record.OperationId), BulkFileNames.ForExport(record.OperationId),
                BulkFileNames.ForCursor(record.OperationId)])
            {
                await Discard(name);
            }

            await stored.ClearStateAsync();
        }
    }

    private IBulkListGrain List => GrainFactory.GetGrain<IBulkListGrain>(IBulkListGrain.Key);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    // Where its file is: first where it was, then on any silo. An export can be made anywhere, best where it was begun.
    private async Task<string?> FindSiloAsync(BulkRecord record)
    {
        if (record.Kind == BulkKind.Export && record.Attempt == 0)
        {
            return silos.Here;
        }

        var file = record.Kind == BulkKind.Export
            ? BulkFileNames.ForCursor(record.OperationId)
            : BulkFileNames.ForUpload(ImportRequest.Parser.ParseFrom(record.Request).Sha256);
        foreach (var silo in silos.Active.OrderByDescending(silo => silo == record.Silo).ThenByDescending(silo => silo == silos.Here))
        {
            if (await silos.TryAsync(silo, worker => worker.HasFile(file)))
            {
                return silo;
            }
        }

        return record.Kind == BulkKind.Export ? silos.Here : null;
    }

    // What was cancelled goes on from where it stopped. What failed by its file begins anew, as asked now: the catalogue may
    // know by now what it did not, and the rows that were rejected then are tried again.
    private async Task Reopen(BulkRecord record, byte[] request)
    {
        var goesOn = record.Attempt > 0 && record.Fault is (BulkFault.Cancelled or BulkFault.Internal);
        record = record with
        {
            Request = goesOn ? record.Request : request,
            CreatedAtMs = goesOn ? record.CreatedAtMs : NowMs,
            Progress = goesOn ? record.Progress : default,
            Phase = BulkPhase.Queued,
            EndedAtMs = 0,
            Fault = BulkFault.None,
            Sentence = "",
            Stalled = 0,
        };
        await List.Note(new(record.OperationId, record.CreatedAtMs, 0));
        await Commit(record);
        if (_ended.Task.IsCompleted)
        {
            _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task End(BulkRecord record, BulkFault fault, string sentence)
    {
        _heardAtMs = null;
        await Commit(record with { Phase = BulkPhase.Done, EndedAtMs = NowMs, Fault = fault, Sentence = sentence });
        await DiscardErased(record);
        _ended.TrySetResult();
        await List.Note(new(record.OperationId, record.CreatedAtMs, NowMs));
        await audit.TryRecordAsync(BulkAudit.Ended(record, fault));
    }

    // Data of erased customers is not kept for seven days; whoever goes on with the operation brings the file again.
    private Task DiscardErased(BulkRecord record) => record.Progress.Erased > 0
        ? Discard(BulkFileNames.ForUpload(ImportRequest.Parser.ParseFrom(record.Request).Sha256))
        : Task.CompletedTask;

    // Wherever it is: after a restart the silo that made it has another address.
    private async Task Discard(string name)
    {
        foreach (var address in silos.Active)
        {
            await silos.TryAsync(address, silo => silo.Discard(name));
        }
    }

    private Task Commit(BulkRecord record) => stored.CommitAsync(new BulkOperationState { Record = record }, GrainContext);
}

/// <summary>What is kept of a bulk operation.</summary>
[GenerateSerializer, Alias("zhice.bulk-state")]
internal sealed class BulkOperationState
{
    [Id(0)]
    public BulkRecord? Record { get; init; }
}
