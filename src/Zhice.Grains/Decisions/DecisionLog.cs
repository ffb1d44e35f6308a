using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Domain.Decisions;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Decisions;
using Zhice.Storage.Encryption;
using Channel = System.Threading.Channels.Channel;

namespace Zhice.Grains.Decisions;

/// <summary>
/// Keeps a sample of the decisions, or all, with what they were made of. No decision waits for it: records are gathered and
/// written beside. While the store is away they queue up; when the queue is full the newest are dropped, and counted.
/// </summary>
/// <param name="options">Which part, and for how long.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Where to log what was not kept.</param>
/// <param name="cipher">What seals them; null: nothing does.</param>
/// <param name="stores">Where they are kept; null in a silo whose storage keeps none, and then none is logged.</param>
internal sealed class DecisionLog(
    ZhiceGrainsOptions options, TimeProvider clock, ILogger<DecisionLog> log, IStores? stores = null, StateCipher? cipher = null)
    : BackgroundService
{
    private const int MaxWaiting = 20_000;
    private const int MaxInBatch = 500;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstForgetting = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgettingEvery = TimeSpan.FromHours(1);

    private readonly Channel<DecisionRow> _waiting = Channel.CreateBounded<DecisionRow>(MaxWaiting);

    // Of the 48 random bits of an id, so that every silo samples alike.
    private readonly ulong _below = (ulong)(options.DecisionLogSample * (1L << 48));
    private long _dropped;

    /// <summary>Whether a decision is one of the sample.</summary>
    public bool Takes(DecisionId id) => stores is not null && (id.Low & 0xFFFF_FFFF_FFFF) < _below;

    /// <summary>Keeps a decision, soon.</summary>
    public void Add(DecisionRecord record)
    {
        if (!_waiting.Writer.TryWrite(new(record.Decision.Id, record.Decision.CustomerId, Seal(record))))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>A decision that was kept; null when it is not, or no longer.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<DecisionRecord?> FindAsync(DecisionId id, string customerId) =>
        stores is not null && await stores.Decisions.FindAsync(id, customerId) is { } bytes
            ? DecisionRecord.FromBytes((cipher ?? StateCipher.None).Open(Encoding.UTF8.GetBytes(customerId), bytes))
            : null;

    /// <summary>The first decisions from an instant on that were kept, of one day (UTC). Records that cannot be read are left out.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<IReadOnlyList<DecisionRecord>> ListAsync(DateTimeOffset from, DateTimeOffset to, int limit)
    {
        if (stores is null)
        {
            return [];
        }

        var found = new List<DecisionRecord>();
        foreach (var row in await stores.Decisions.ListAsync(from, to, limit))
        {
            try
            {
                found.Add(DecisionRecord.FromBytes((cipher ?? StateCipher.None).Open(Encoding.UTF8.GetBytes(row.CustomerId), row.Record)));
            }
            catch (FormatException)
            {
                // Another release wrote it.
            }
        }

        return found;
    }

    // A record has the state of which the decision was made.
    private byte[] Seal(DecisionRecord record) =>
        (cipher ?? StateCipher.None).Seal(Encoding.UTF8.GetBytes(record.Decision.CustomerId), record.ToBytes());

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        stores is null ? Task.CompletedTask : Task.WhenAll(RunAsync(stores, stoppingToken), ForgetAsync(stores, stoppingToken));

    private async Task RunAsync(IStores stores, CancellationToken stopping)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stopping))
            {
                await Task.Delay(Gathering, clock, stopping);
                await WriteWaitingAsync(stores, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops: what was decided until now is kept, if the store takes it at once.
            await WriteWaitingAsync(stores, new CancellationToken(canceled: true));
        }
    }

    private async Task WriteWaitingAsync(IStores stores, CancellationToken stopping)
    {
        while (Draw() is { Count: > 0 } batch)
        {
            for (var isKept = false; !isKept;)
            {
                try
                {
                    await stores.Decisions.AppendAsync(batch);
                    isKept = true;
                }
                catch (Exception fault) when (fault is not (StoreUnavailableException or OperationCanceledException))
                {
                    // No later try would help these, and those behind them must not wait for them.
                    GrainsLog.DecisionsRefused(log, batch.Count, fault);
                    break;
                }
                catch (StoreUnavailableException fault)
                {
                    GrainsLog.DecisionsNotLogged(log, batch.Count, fault);
                    if (stopping.IsCancellationRequested)
                    {
                        return;
                    }

                    await Task.Delay(PauseAfterFault, clock, stopping);
                }
            }
        }

        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
        {
            GrainsLog.DecisionsDropped(log, dropped);
        }
    }

    private List<DecisionRow> Draw()
    {
        var batch = new List<DecisionRow>(MaxInBatch);
        while (batch.Count < MaxInBatch && _waiting.Reader.TryRead(out var row))
        {
            batch.Add(row);
        }

        return batch;
    }

    // Also where nothing is logged any more.
    private async Task ForgetAsync(IStores stores, CancellationToken stopping)
    {
        try
        {
            for (var pause = FirstForgetting; ; pause = ForgettingEvery)
            {
                await Task.Delay(pause, clock, stopping);
                await ForgetAsync(stores);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task ForgetAsync(IStores stores)
    {
        try
        {
            await stores.Decisions.ForgetBeforeAsync(
                DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-options.DecisionLogDays));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            GrainsLog.DecisionsNotForgotten(log, fault);
        }
    }
}
