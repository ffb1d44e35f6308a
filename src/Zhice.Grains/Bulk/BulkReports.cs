using Microsoft.Extensions.Logging;
using Zhice.Contracts.Bulk;

namespace Zhice.Grains.Bulk;

/// <summary>Tells a bulk operation how far this silo's work at it is.</summary>
internal sealed class BulkReports(IGrainFactory grains, TimeProvider clock, ILogger<BulkReports> log)
{
    private static readonly TimeSpan ReportPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Says that the work begins, until it is heard: before the file is touched, so that it is known whatever becomes of this process.
    /// </summary>
    /// <exception cref="OperationCanceledException">The operation wants no work of this attempt.</exception>
    public async Task BeginAsync(BulkRecord record, BulkWorker worker)
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

    /// <summary>Reports every second how far the work is; stops the worker when the operation wants it no more.</summary>
    public async Task ReportAsync(BulkRecord record, BulkWorker worker, CancellationToken done)
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

    /// <summary>Says how the work ended. If that is not heard, the operation is taken up again, and ends the same way.</summary>
    public async Task SendLastAsync(BulkRecord record, BulkReport? end)
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
}
