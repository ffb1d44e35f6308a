using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Storage.Bulk;
using Zhice.Storage.States;

namespace Zhice.Storage.Encryption;

/// <summary>
/// Seals anew what is not sealed by the current key: once after each start, beside all else. A state's version stays, so that no commit
/// is held up by it; what is committed meanwhile is sealed by the current key anyway.
/// </summary>
internal sealed class KeyRotation(GroupCommitStorage storage, StateCipher cipher, TimeProvider clock, ILogger<KeyRotation> log)
    : BackgroundService
{
    private const int AtOnce = 250;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(10);

    /// <summary>Goes through all states.</summary>
    /// <returns>How many were sealed anew.</returns>
    internal async Task<long> RunAsync(CancellationToken stopping)
    {
        var (place, sealedAnew) = (BulkPlace.Start, 0L);
        while (true)
        {
            List<StoredRow> rows;
            try
            {
                rows = await storage.Bulk.ReadSliceAsync(CustomerKey.GrainType, CustomerKey.StateName, place, AtOnce, stopping);
                var old = rows.Where(row => !cipher.IsCurrent(row.State.Payload)).Select(row => StateWrite.Create(
                    CustomerKey.Create(row.Key), row.State.Version,
                    cipher.Seal(row.Key, cipher.Open(row.Key, row.State.Payload)))).ToList();
                sealedAnew += old.Count == 0 ? 0 : await storage.Bulk.ReplacePayloadsAsync(old);
            }
            catch (StoreUnavailableException fault)
            {
                log.NotSealedAnew(fault);
                await Task.Delay(PauseAfterFault, clock, stopping);
                continue;
            }

            if (rows.Count < AtOnce)
            {
                return sealedAnew;
            }

            place = new(CustomerBucket.ForId(rows[^1].Key), rows[^1].Key);
            await Task.Delay(Pause, clock, stopping);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!cipher.IsOn)
        {
            // Nothing is to be sealed, and millions of states are not read for it.
            return;
        }

        try
        {
            await Task.Delay(First, clock, stoppingToken);
            if (await RunAsync(stoppingToken) is > 0 and var count)
            {
                log.SealedAnew(count);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }
}

internal static partial class EncryptionLog
{
    [LoggerMessage(70, LogLevel.Warning, "Customers' states could not be sealed by the current key; trying again.")]
    public static partial void NotSealedAnew(this ILogger logger, Exception fault);

    [LoggerMessage(71, LogLevel.Information, "{Count} customers' states were sealed by the current key.")]
    public static partial void SealedAnew(this ILogger logger, long count);
}
