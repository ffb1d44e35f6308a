using Microsoft.Extensions.Logging;
using Zhice.Bulk;
using Zhice.Bulk.Import;
using Zhice.Contracts.Bulk;
using Zhice.Storage.Customers;
using Zhice.V1;

using BulkFormat = Zhice.Bulk.BulkFormat;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using ImportMode = Zhice.Domain.Bulk.ImportMode;

namespace Zhice.Grains.Bulk;

/// <summary>What an import asks for, done on this silo.</summary>
internal sealed class ImportWork(
    CustomerStates customers, BulkFolder folder, LoadedNotices notices, TimeProvider clock, ILogger<ImportWork> log)
{
    /// <summary>Works at an import until all is loaded, or until the worker is to stop.</summary>
    public async Task RunAsync(BulkRecord record, Catalog catalog, BulkWorker worker)
    {
        var request = ImportRequest.Parser.ParseFrom(record.Request);
        var from = record.Progress;
        var job = new ImportJob
        {
            Path = folder.GetPath(BulkFileNames.ForUpload(request.Sha256)),
            Format = (BulkFormat)request.Format,
            Mode = request.Mode == V1.ImportMode.Full ? ImportMode.Full : ImportMode.Changed,
            AsOf = request.AsOfTime?.ToDateTimeOffset() ?? DateTimeOffset.FromUnixTimeMilliseconds(record.CreatedAtMs),
            LoadedAt = clock.GetUtcNow(),
            EvidenceId = record.OperationId,
            Catalog = catalog,
            RejectPath = folder.GetPath(BulkFileNames.ForRejects(record.OperationId)),
            MaxRejects = request.HasMaxRejects ? request.MaxRejects : ImportJob.DefaultMaxRejects,
            From = new(from.Rows, from.Loaded, from.Rejected, from.FileBytes, from.Fraction, from.Repeated, from.Erased),
            IsResumed = record.Attempt > 1,
        };
        using var run = new ImportRun(customers, job, notices.NotifyAsync, Advance, log);
        await run.RunAsync(worker.Stop.Token);

        void Advance(ImportCursor cursor) => worker.Progress = new(
            cursor.Rows, cursor.Loaded, cursor.Rejected, cursor.RejectBytes, cursor.Fraction, worker.RowsPerSecond(cursor.Rows),
            cursor.Repeated, Erased: cursor.Erased);
    }
}
