using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Zhice.Bulk.Files;
using Zhice.Bulk.Rows;
using Zhice.Domain.Bulk;
using Zhice.Domain.Faults;
using Zhice.Files;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;

namespace Zhice.Bulk.Import;

/// <summary>
/// Loads a file: one thread reads and parses, a few lanes merge and write a batch each, and the batches are acknowledged
/// in their order, so that what is done is always the first so many rows. A run that ends early is gone on with from
/// there; rows merged a second time change nothing.
/// </summary>
/// <param name="customers">Where they are kept.</param>
/// <param name="job">What is loaded.</param>
/// <param name="changed">Told of the customers of each batch once it is durable.</param>
/// <param name="advanced">Told how far it is, after each batch.</param>
/// <param name="log">Where to log.</param>
public sealed class ImportRun(
    CustomerStates customers, ImportJob job, Func<IReadOnlyList<byte[]>, Task> changed, Action<ImportCursor> advanced, ILogger log)
    : IDisposable
{
    // Two: one waits for the store while the other computes.
    private const int Lanes = 2;
    private static readonly TimeSpan MaxOpening = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    private readonly Stack<RowBatch> _free = new();
    private readonly SemaphoreSlim _lanes = new(Lanes);
    private ImportCursor _cursor = job.From;
    private long _asOfMs;

    /// <summary>Loads the file to its end.</summary>
    /// <returns>What was done in all, earlier runs included.</returns>
    /// <exception cref="UnreadableFileException">The file cannot be read, or not further.</exception>
    /// <exception cref="TooManyRejectsException">More rows were rejected than may be.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; it can be gone on with.</exception>
    public async Task<ImportCursor> RunAsync(CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var reader = await OpenAsync(cancellation);
        _asOfMs = Math.Min(job.AsOf.ToUnixTimeMilliseconds(), reader.WrittenAtMs ?? long.MaxValue);
        using var rejects = new RejectFile(job.RejectPath, job.From.RejectBytes);
        var batches = Channel.CreateBounded<Sent>(Lanes);
        var reading = BackgroundWork.RunOnThread(() => Read(reader, batches.Writer, ended.Token));
        try
        {
            await foreach (var (batch, merged) in batches.Reader.ReadAllAsync(ended.Token))
            {
                await merged;
                Acknowledge(batch, rejects);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (batches.Reader.TryRead(out var sent))
            {
                await sent.Merged.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return _cursor;
    }

    /// <inheritdoc/>
    public void Dispose() => _lanes.Dispose();

    // On a thread of its own: whatever a file makes of its reader, the import ends.
    private async Task<RowReader> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            return await BackgroundWork.RunOnThread(() => RowReaders.Open(job)).WaitAsync(MaxOpening, cancellation);
        }
        catch (TimeoutException fault)
        {
            throw new UnreadableFileException(
                $"The file could not be opened within {MaxOpening.TotalMinutes:0} minutes. Nothing was loaded.", fault);
        }
    }

    private void Acknowledge(RowBatch batch, RejectFile rejects)
    {
        var bytes = rejects.Add(batch.Rejects);
        _cursor = new(
            batch.LastRow, _cursor.Loaded + batch.Loaded, _cursor.Rejected + batch.Rejects.Count, bytes, batch.Fraction,
            _cursor.Repeated + batch.Repeated, _cursor.Erased + batch.Erased);
        advanced(_cursor);
        lock (_free)
        {
            _free.Push(batch);
        }

        if (_cursor.Rejected > job.MaxRejects)
        {
            throw new TooManyRejectsException(job.MaxRejects);
        }
    }

    // On a thread of its own: it waits for the disk, and for lanes.
    private void Read(RowReader reader, ChannelWriter<Sent> batches, CancellationToken cancellation)
    {
        var underWay = new List<Sent>();
        try
        {
            for (var hasMore = true; hasMore;)
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = Take();
                hasMore = reader.Fill(batch, job.From.Rows);
                if (batch.IsEmpty)
                {
                    continue;
                }

                // Rows of one customer are merged in the file's order, also when they lie far apart.
                underWay.RemoveAll(static sent => sent.Merged.IsCompleted);
                foreach (var earlier in underWay.Where(earlier => earlier.Batch.Shares(batch)))
                {
                    earlier.Merged.Wait(cancellation);
                }

                _lanes.Wait(cancellation);
                var sent = new Sent(batch, BackgroundWork.Run(() => MergeAsync(batch, cancellation), CancellationToken.None));
                underWay.Add(sent);
                batches.WriteAsync(sent, cancellation).AsTask().Wait(cancellation);
            }

            batches.Complete();
        }
        catch (Exception fault)
        {
            batches.TryComplete(fault is AggregateException { InnerException: { } inner } ? inner : fault);
        }
    }

    private RowBatch Take()
    {
        lock (_free)
        {
            if (_free.TryPop(out var used))
            {
                used.Clear();
                return used;
            }
        }

        return new RowBatch
        {
            Merging = new CustomerMerge(job.Mode, _asOfMs) { EvidenceId = job.EvidenceId, RecordedAtMs = job.LoadedAt?.ToUnixTimeMilliseconds() ?? _asOfMs },
        };
    }

    private async Task MergeAsync(RowBatch batch, CancellationToken cancellation)
    {
        try
        {
            var isRepeated = job.IsResumed;
            for (var pause = FirstPause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
            {
                try
                {
                    var keys = await customers.MergeAsync(batch);
                    if (batch.RejectedCustomers.Count > 0)
                    {
                        batch.HideRejects(await customers.FindErasedAsync([.. batch.RejectedCustomers.Select(static row => row.CustomerId)]));
                    }

                    // What an earlier try merged comes back as unchanged, yet no one was told of it.
                    keys = isRepeated ? batch.Keys : keys;
                    if (keys.Count > 0)
                    {
                        await changed([.. keys.Select(key => key.Key)]);
                    }

                    return;
                }
                catch (StoreUnavailableException fault)
                {
                    // It heals without a hand: merging again what was perhaps kept changes nothing.
                    BulkLog.StoreAway(log, fault);
                    isRepeated = true;
                    await Task.Delay(pause, cancellation);
                }
            }
        }
        finally
        {
            _lanes.Release();
        }
    }

    private readonly record struct Sent(RowBatch Batch, Task Merged);
}
