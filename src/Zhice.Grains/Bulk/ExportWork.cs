using Microsoft.Extensions.Logging;
using Zhice.Bulk;
using Zhice.Bulk.Export;
using Zhice.Contracts.Bulk;
using Zhice.Storage.Customers;
using Zhice.V1;

using BulkFormat = Zhice.Bulk.BulkFormat;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Grains.Bulk;

/// <summary>What an export asks for, done on this silo.</summary>
internal sealed class ExportWork(CustomerStates customers, BulkFolder folder, TimeProvider clock, ILogger<ExportWork> log)
{
    /// <summary>Works at an export until all is written, or until the worker is to stop.</summary>
    public async Task RunAsync(BulkRecord record, Catalog catalog, BulkWorker worker)
    {
        var request = ExportRequest.Parser.ParseFrom(record.Request);
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

    /// <summary>Removes what a failed export has written: it takes room, and is of no use.</summary>
    public void Discard(string operationId)
    {
        folder.Discard(BulkFileNames.ForExport(operationId));
        folder.Discard(BulkFileNames.ForCursor(operationId));
    }
}
