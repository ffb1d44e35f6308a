using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Bulk;
using Zhice.Bulk.Export;
using Zhice.Bulk.Import;
using Zhice.Contracts.Bulk;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Files;
using Zhice.Grains.Audiences;
using Zhice.Grains.Customers;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;
using Zhice.V1;

using BulkFormat = Zhice.Bulk.BulkFormat;
using ImportMode = Zhice.Domain.Bulk.ImportMode;

namespace Zhice.Grains.Bulk;

/// <summary>Does the work of bulk operations on this silo, outside of grains, and reports to them every second.</summary>
internal sealed class BulkWorkers(
    CustomerStates customers,
    BulkFolder folder,
    ICatalogs catalogs,
    LoadedCustomers loaded,
    BulkSilos silos,
    BackgroundTurns turns,
    AudienceSilos audiences,
    IGrainFactory grains,
    TimeProvider clock,
    ILogger<BulkWorkers> log) : IHostedService
{
    private static readonly TimeSpan ReportPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Worker> _workers = [];
    private bool _isStopping;

    /// <summary>Begins to work at an operation, after an earlier attempt at it has ended here.</summary>
    public void Start(BulkRecord record)
    {
        lock (_workers)
        {
            var earlier = _workers.GetValueOrDefault(record.OperationId);
            if (_isStopping || earlier?.Attempt >= record.Attempt)
            {
                return;
            }

            earlier?.Stop.Cancel();
            var worker = new Worker(record.Attempt, record.Progress.Rows);
            _workers[record.OperationId] = worker;
            _ = BackgroundWork.Run(() => RunAsync(record, worker, earlier?.Ended.Task ?? Task.CompletedTask));
        }
    }

    /// <summary>Ends work at an operation.</summary>
    public void Stop(string operationId)
    {
        lock (_workers)
        {
            _workers.GetValueOrDefault(operationId)?.Stop.Cancel();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends all work; the operations go on elsewhere, or after the restart.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Worker[] all;
        lock (_workers)
        {
            _isStopping = true;
            all = [.. _workers.Values];
        }

        foreach (var worker in all)
        {
            await worker.Stop.CancelAsync();
        }

        await Task.WhenAll(all.Select(worker => worker.Ended.Task))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(BulkRecord record, Worker worker, Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        worker.Progress = record.Progress;
        using var done = new CancellationTokenSource();
        var reporting = ReportAsync(record, worker, done.Token);
        BulkReport? end = null;
        var turn = turns.Operations.Ask(worker.Stop.Token);
        try
        {
            await turn.Comes;

            // After a restart operations wake before the silo has heard of the catalogue, by which columns are read.
            await catalogs.WaitUntilKnownAsync(worker.Stop.Token);
            await BeginAsync(record, worker);
            await WorkAsync(record, worker);
            end = new(record.Attempt, worker.Progress, IsEnded: true);
        }
        catch (OperationCanceledException) when (worker.Stop.IsCancellationRequested)
        {
            // Whoever asked for the end says how it goes on.
            end = new(record.Attempt, worker.Progress, IsQueued: worker.IsQueued, IsGivenBack: !worker.IsQueued);
        }
        catch (Exception fault)
        {
            var kind = fault switch
            {
                UnreadableFileException => BulkFault.FaultyFile,
                TooManyRejectsException => BulkFault.TooManyRejects,
                FolderFullException => BulkFault.FolderFull,
                _ => BulkFault.Internal,
            };
            if (kind == BulkFault.Internal)
            {
                GrainsLog.BulkFailed(log, record.OperationId, fault);
            }

            if (record.Kind == BulkKind.Export)
            {
                // What is there takes room, and is of no use.
                folder.Discard(BulkFileNames.ForExport(record.OperationId));
                folder.Discard(BulkFileNames.ForCursor(record.OperationId));
            }

            end = new(record.Attempt, worker.Progress, IsEnded: true, kind, kind == BulkFault.Internal
                ? $"It failed for a fault of the silo ({fault.GetType().Name}); its log has more."
                : fault.Message.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
        }
        finally
        {
            await turn.DisposeAsync();
            await done.CancelAsync();
            await reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SendLastAsync(record, end);
            lock (_workers)
            {
                if (_workers.GetValueOrDefault(record.OperationId) == worker)
                {
                    _workers.Remove(record.OperationId);
                }
            }

            worker.Ended.TrySetResult();
        }
    }

    // Before the file is touched: that it was begun is known after whatever becomes of this process.
    private async Task BeginAsync(BulkRecord record, Worker worker)
    {
        while (true)
        {
            worker.Stop.Token.ThrowIfCancellationRequested();
            try
            {
                if (!await Operation(record).Report(new(record.Attempt, worker.Progress)))
                {
                    await worker.Stop.CancelAsync();
                    worker.Stop.Token.ThrowIfCancellationRequested();
                }

                worker.IsQueued = false;
                GrainsLog.BulkBegins(log, record.OperationId, record.Progress.Rows, record.Attempt);
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                GrainsLog.BulkWatchFailed(log, fault);
                await Task.Delay(ReportPause, clock, worker.Stop.Token);
            }
        }
    }

    private Task WorkAsync(BulkRecord record, Worker worker) => record.Kind == BulkKind.Import
        ? ImportAsync(record, ImportRequest.Parser.ParseFrom(record.Request), worker)
        : ExportAsync(record, ExportRequest.Parser.ParseFrom(record.Request), worker);

    private async Task ExportAsync(BulkRecord record, ExportRequest request, Worker worker)
    {
        var catalog = catalogs.Current;
        var tagIds = request.TagIds.Where(catalog.TagsById.ContainsKey).ToArray();
        var job = ExportJob.Create(
            folder.GetPath(BulkFileNames.ForExport(record.OperationId)), (BulkFormat)request.Format, catalog, tagIds,
            !request.WithoutConsents) with
        {
            IsOfOneInstant = request.OneInstant,
        };
        var run = new ExportRun(
            customers, job, clock, (rows, fraction) => worker.Progress = new(rows, rows, 0, 0, fraction, worker.RowsPerSecond(rows)), log,
            folder);
        var done = await run.RunAsync(worker.Stop.Token);
        worker.Progress = new(done.Rows, done.Rows, 0, done.Bytes, 1, 0, AsOfMs: done.AsOfMs, Unreadable: done.Unreadable);
    }

    private async Task ImportAsync(BulkRecord record, ImportRequest request, Worker worker)
    {
        var from = record.Progress;
        var job = new ImportJob
        {
            Path = folder.GetPath(BulkFileNames.ForUpload(request.Sha256)),
            Format = (BulkFormat)request.Format,
            Mode = request.Mode == V1.ImportMode.Full ? ImportMode.Full : ImportMode.Changed,
            AsOf = request.AsOfTime?.ToDateTimeOffset() ?? DateTimeOffset.FromUnixTimeMilliseconds(record.CreatedAtMs),
            LoadedAt = clock.GetUtcNow(),
            EvidenceId = record.OperationId,
            Catalog = catalogs.Current,
            RejectPath = folder.GetPath(BulkFileNames.ForRejects(record.OperationId)),
            MaxRejects = request.HasMaxRejects ? request.MaxRejects : ImportJob.DefaultMaxRejects,
            From = new(from.Rows, from.Loaded, from.Rejected, from.FileBytes, from.Fraction, from.Repeated, from.Erased),
            IsResumed = record.Attempt > 1,
        };
        using var run = new ImportRun(customers, job, NotifyAsync, Advance, log);
        await run.RunAsync(worker.Stop.Token);

        void Advance(ImportCursor cursor) => worker.Progress = new(
            cursor.Rows, cursor.Loaded, cursor.Rejected, cursor.RejectBytes, cursor.Fraction, worker.RowsPerSecond(cursor.Rows),
            cursor.Repeated, Erased: cursor.Erased);
    }

    // Every silo is told; customers that do not hear it find out by the versions, indexes are told until they hear.
    private async Task NotifyAsync(IReadOnlyList<byte[]> keys)
    {
        var hashes = new ulong[keys.Count];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = CustomerBucket.Hash(keys[i]);
        }

        await Task.WhenAll(silos.Active.Select(silo => silo == silos.Here
            ? loaded.ReloadAsync(hashes)
            : ReloadAsync(silo, hashes)));
    }

    private async Task ReloadAsync(string silo, ulong[] hashes)
    {
        if (!await silos.TryAsync(silo, other => other.Reload(hashes)))
        {
            ImmutableArray<int> buckets = [.. hashes.Select(CustomerBucket.ForHash).Distinct()];
            await audiences.NotifyAsync(silo, other => other.Doubt(buckets));
        }
    }

    private async Task ReportAsync(BulkRecord record, Worker worker, CancellationToken done)
    {
        using var timer = new PeriodicTimer(ReportPause, clock);
        while (await timer.WaitForNextTickAsync(done))
        {
            try
            {
                if (!await Operation(record).Report(new(record.Attempt, worker.Progress, IsQueued: worker.IsQueued)))
                {
                    await worker.Stop.CancelAsync();
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // The store or a silo is away; the work does not depend on it.
                GrainsLog.BulkWatchFailed(log, fault);
            }
        }
    }

    // If it cannot be told, the operation is taken up again, and ends the same way.
    private async Task SendLastAsync(BulkRecord record, BulkReport? end)
    {
        for (var attempt = 0; end is not null && attempt < 5; attempt++)
        {
            try
            {
                await Operation(record).Report(end);
                return;
            }
            catch (Exception fault)
            {
                GrainsLog.BulkWatchFailed(log, fault);
                await Task.Delay(ReportPause, clock);
            }
        }
    }

    private IBulkOperationGrain Operation(BulkRecord record) => grains.GetGrain<IBulkOperationGrain>(record.OperationId);

    private sealed class Worker(int attempt, long rows)
    {
        private (long Rows, long At) _mark = (rows, Stopwatch.GetTimestamp());
        private double _rate;
        private bool _hasRate;

        public int Attempt => attempt;

        /// <summary>Whether it has not begun.</summary>
        public volatile bool IsQueued = true;

        public CancellationTokenSource Stop { get; } = new();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public BulkProgress Progress
        {
            get
            {
                lock (Ended)
                {
                    return field;
                }
            }

            set
            {
                lock (Ended)
                {
                    field = value;
                }
            }
        }

        // Over the last second or so; before that, since the beginning.
        public double RowsPerSecond(long rows)
        {
            var now = Stopwatch.GetTimestamp();
            var passed = Stopwatch.GetElapsedTime(_mark.At, now);
            if (passed > ReportPause || !_hasRate)
            {
                // An export that began anew has fewer than before.
                _rate = Math.Max(0, rows - _mark.Rows) / Math.Max(passed.TotalSeconds, 1e-3);
            }

            if (passed > ReportPause)
            {
                (_mark, _hasRate) = ((rows, now), true);
            }

            return _rate;
        }
    }
}
