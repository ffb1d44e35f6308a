using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;

namespace Zhice.Bulk.Export;

/// <summary>
/// Writes all customers to a file, bucket by bucket: each as of one instant, all of them as of no earlier than the begin.
/// </summary>
/// <param name="customers">Where they are kept.</param>
/// <param name="job">What is written.</param>
/// <param name="clock">Tells which tags have expired.</param>
/// <param name="advanced">Told how many customers are written, of about how many.</param>
/// <param name="log">Where to log.</param>
/// <param name="folder">Where the file is: it takes room there.</param>
public sealed class ExportRun(
    CustomerStates customers, ExportJob job, TimeProvider clock, Action<long, double> advanced, ILogger log, BulkFolder? folder = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    // What was written since then is written again after a restart.
    private static readonly TimeSpan KeptEvery = TimeSpan.FromSeconds(5);

    // A large footer of Parquet is kept less often: to write and read it takes 0.05 s a MiB.
    private const int FooterBytesOfPause = 1 << 20;

    /// <summary>
    /// Writes the file; when the store goes away, on from the slice that it was at once it is back. A file that was begun
    /// before a restart is gone on with.
    /// </summary>
    /// <returns>What was written.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ExportDone> RunAsync(CancellationToken cancellation)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
        {
            try
            {
                return await WriteAsync(cancellation);
            }
            catch (StoreUnavailableException fault) when (job.IsOfOneInstant)
            {
                // The instant is over: it is another one from the beginning.
                BulkLog.StoreAway(log, fault);
                await Task.Delay(pause, clock, cancellation);
            }
        }
    }

    private async Task<ExportDone> WriteAsync(CancellationToken cancellation)
    {
        // Before the read: what is said after it is no earlier than this.
        var begun = ExportCursor.CanGoOn(job) ? ExportCursor.Find(job) : null;
        var nowMs = begun?.AsOfMs ?? clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (rows, unreadable, taken, pause, keptAt) =
            (begun?.Rows ?? 0L, begun?.Unreadable ?? 0L, begun?.Bytes ?? 0L, FirstPause, clock.GetTimestamp());
        var keptEvery = KeptEvery;
        await using (
            var file = OwnerOnlyFiles.Open(
                job.Path, begun is null ? FileMode.Create : FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 18))
        {
            // Behind what is kept there may be rows of which it is not known whether they are whole.
            file.SetLength(taken);
            file.Position = taken;
            await using var writer = await RowWriter.OpenAsync(file, job, nowMs, begun);
            var slices = job.IsOfOneInstant
                ? customers.ReadInstantAsync(cancellation, (_, _) => unreadable++)
                : customers.ReadSlicesAsync(cancellation, (_, _) => unreadable++, WaitAsync, begun?.Place);
            await foreach (var slice in slices)
            {
                pause = FirstPause;
                foreach (var (key, state) in slice.Customers)
                {
                    cancellation.ThrowIfCancellationRequested();
                    await writer.WriteAsync(key, state, nowMs);
                    if (BackgroundWork.IsTurnOver)
                    {
                        await Task.Yield();
                    }
                }

                rows += slice.Customers.Count;
                if (await writer.EndSliceAsync() && ExportCursor.CanGoOn(job) && clock.GetElapsedTime(keptAt) >= keptEvery)
                {
                    var footer = await writer.KeepAsync();
                    file.Flush(flushToDisk: true);
                    new ExportCursor(
                        ExportCursor.FormatColumns(job), file.Position, rows, unreadable, nowMs, slice.Last.Bucket, slice.Last.Key,
                        footer).Keep(job);
                    (keptAt, keptEvery) = (clock.GetTimestamp(), KeptEvery * (1 + ((footer?.Length ?? 0) / FooterBytesOfPause)));
                }

                folder?.Take(file.Position - taken);
                taken = file.Position;
                advanced(rows, Math.Min(0.999, slice.Fraction));
            }

            await writer.EndAsync();
        }

        ExportCursor.Discard(job);
        advanced(rows, 1);
        return new(rows, new FileInfo(job.Path).Length, nowMs) { Unreadable = unreadable };

        async Task WaitAsync(StoreUnavailableException fault)
        {
            BulkLog.StoreAway(log, fault);
            await Task.Delay(pause, cancellation);
            pause = pause * 2 < MaxPause ? pause * 2 : MaxPause;
        }
    }
}

/// <summary>What an export wrote.</summary>
/// <param name="Rows">How many customers.</param>
/// <param name="Bytes">How many bytes the file has.</param>
/// <param name="AsOfMs">As of when they are, unix milliseconds: what was said later is perhaps not there.</param>
public readonly record struct ExportDone(long Rows, long Bytes, long AsOfMs)
{
    /// <summary>How many customers more there are whose states cannot be read; the log names them.</summary>
    public long Unreadable { get; init; }
}
