using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
using Zhice.Storage.Bulk;

namespace Zhice.Bulk.Export;

/// <summary>Writes all customers to a file, bucket by bucket: each as of one instant, all of them as of no earlier than the begin.</summary>
/// <param name="customers">Where they are kept.</param>
/// <param name="job">What is written.</param>
/// <param name="clock">Tells which tags have expired.</param>
/// <param name="advanced">Told how many customers are written, of about how many.</param>
/// <param name="log">Where to log.</param>
/// <param name="folder">Where the file is: it takes room there.</param>
public sealed class ExportRun(CustomerStates customers, ExportJob job, TimeProvider clock, Action<long, double> advanced, ILogger log, BulkFolder? folder = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Writes the file; when the store goes away, on from the slice that it was at once it is back.</summary>
    /// <returns>What was written.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ExportDone> RunAsync(CancellationToken cancellation)
    {
        // Before the read: what is said after it is no earlier than this.
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (rows, unreadable, taken, pause) = (0L, 0L, 0L, FirstPause);
        await using (var file = OwnersFiles.Open(job.Path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 18))
        await using (var writer = await RowWriter.OpenAsync(file, job, nowMs))
        {
            await foreach (var slice in customers.ReadSlicesAsync(cancellation, (_, _) => unreadable++, WaitAsync))
            {
                pause = FirstPause;
                foreach (var (key, state) in slice.Customers)
                {
                    cancellation.ThrowIfCancellationRequested();
                    await writer.WriteAsync(key, state, nowMs);
                }

                folder?.Take(file.Position - taken);
                taken = file.Position;
                rows += slice.Customers.Count;
                advanced(rows, Math.Min(0.999, slice.Fraction));
            }

            await writer.EndAsync();
        }

        advanced(rows, 1);
        return new(rows, new FileInfo(job.Path).Length, nowMs) { Unreadable = unreadable };

        async Task WaitAsync(StoreUnavailableException fault)
        {
            BulkLog.StoreAway(log, fault);
            await Task.Delay(pause, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
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
