using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
using Zhice.Storage.Bulk;

namespace Zhice.Bulk.Export;

/// <summary>Writes all customers to a file, as they are at one instant, bucket by bucket. A run that ended early begins anew.</summary>
/// <param name="customers">Where they are kept.</param>
/// <param name="job">What is written.</param>
/// <param name="clock">Tells which tags have expired.</param>
/// <param name="advanced">Told how many customers are written, of about how many.</param>
/// <param name="log">Where to log.</param>
/// <param name="folder">Where the file is: it takes room there.</param>
public sealed class ExportRun(CustomerStates customers, ExportJob job, TimeProvider clock, Action<long, double> advanced, ILogger log, BulkFolder? folder = null)
{
    private const int ToldEvery = 1_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Writes the file; when the store goes away, anew once it is back.</summary>
    /// <returns>What was written.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ExportDone> RunAsync(CancellationToken cancellation)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await WriteAsync(cancellation);
            }
            catch (StoreUnavailableException fault)
            {
                // What is read must be of one instant, so nothing of this try can be kept.
                BulkLog.StoreAway(log, fault);
                await Task.Delay(pause, cancellation);
            }
        }
    }

    private async Task<ExportDone> WriteAsync(CancellationToken cancellation)
    {
        var about = await customers.CountAsync();

        // Before the read: what is said after it is no earlier than this.
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (rows, taken) = (0L, 0L);
        await using (var file = OwnersFiles.Open(job.Path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 18))
        await using (var writer = await RowWriter.OpenAsync(file, job, nowMs))
        {
            await foreach (var (key, state) in customers.ReadAllAsync(cancellation))
            {
                await writer.WriteAsync(key, state, nowMs);
                if (++rows % ToldEvery == 0)
                {
                    folder?.Take(file.Position - taken);
                    taken = file.Position;
                    advanced(rows, Math.Min(0.999, (double)rows / Math.Max(about, rows)));
                }
            }

            await writer.EndAsync();
        }

        advanced(rows, 1);
        return new(rows, new FileInfo(job.Path).Length, nowMs);
    }
}

/// <summary>What an export wrote.</summary>
/// <param name="Rows">How many customers.</param>
/// <param name="Bytes">How many bytes the file has.</param>
/// <param name="AsOfMs">As of when they are, unix milliseconds: what was said later is perhaps not there.</param>
public readonly record struct ExportDone(long Rows, long Bytes, long AsOfMs);
