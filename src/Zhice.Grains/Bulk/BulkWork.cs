using Microsoft.Extensions.Logging;
using Zhice.Bulk;
using Zhice.Bulk.Import;
using Zhice.Contracts.Bulk;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Faults;
using Zhice.Files;

namespace Zhice.Grains.Bulk;

/// <summary>What bulk operations ask for, done on this silo by the catalogue in force.</summary>
internal sealed class BulkWork(ImportWork imports, ExportWork exports, ICatalogs catalogs, BulkFolder folder, ILogger<BulkWork> log)
{
    /// <summary>
    /// Waits until work can begin. After a restart operations wake before the silo has heard of the catalogue, by which columns are read.
    /// </summary>
    public Task UntilReadyAsync(BulkWorker worker) => catalogs.WaitUntilKnownAsync(worker.Stop.Token);

    /// <summary>Works at an operation until all is done, or until the worker is to stop.</summary>
    public Task RunAsync(BulkRecord record, BulkWorker worker) => record.Kind == BulkKind.Import
        ? imports.RunAsync(record, catalogs.Current, worker)
        : exports.RunAsync(record, catalogs.Current, worker);

    /// <summary>Cleans up after a fault, and describes it to whoever asked for the operation.</summary>
    public BulkReport Fail(BulkRecord record, BulkWorker worker, Exception fault)
    {
        if (record.Kind == BulkKind.Export)
        {
            exports.Discard(record.OperationId);
        }

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
            return new(
                record.Attempt, worker.Progress, IsEnded: true, kind,
                $"It failed for a fault of the silo ({fault.GetType().Name}); its log has more.");
        }

        return new(
            record.Attempt, worker.Progress, IsEnded: true, kind,
            fault.Message.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }
}
