using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Bulk;
using Zhice.Storage.Background;

namespace Zhice.Grains.Bulk;

/// <summary>Does the work of bulk operations on this silo, outside of grains, and reports to them every second.</summary>
internal sealed class BulkWorkers(BulkWork work, BulkReports reports, BackgroundTurns turns) : IHostedService
{
    private readonly Dictionary<string, BulkWorker> _workers = [];
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
            var worker = new BulkWorker(record.Attempt, record.Progress.Rows);
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
        BulkWorker[] all;
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

    private async Task RunAsync(BulkRecord record, BulkWorker worker, Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        worker.Progress = record.Progress;
        using var done = new CancellationTokenSource();
        var reporting = reports.ReportAsync(record, worker, done.Token);
        BulkReport? end = null;
        var turn = turns.Operations.Ask(worker.Stop.Token);
        try
        {
            await turn.Comes;

            await work.UntilReadyAsync(worker);
            await reports.BeginAsync(record, worker);
            await work.RunAsync(record, worker);
            end = new(record.Attempt, worker.Progress, IsEnded: true);
        }
        catch (OperationCanceledException) when (worker.Stop.IsCancellationRequested)
        {
            // Whoever asked for the end says how it goes on.
            end = new(record.Attempt, worker.Progress, IsQueued: worker.IsQueued, IsGivenBack: !worker.IsQueued);
        }
        catch (Exception fault)
        {
            end = work.Fail(record, worker, fault);
        }
        finally
        {
            await turn.DisposeAsync();
            await done.CancelAsync();
            await reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await reports.SendLastAsync(record, end);
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
}
