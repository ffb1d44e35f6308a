using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Zhice.Domain.Audit;
using Zhice.Domain.Faults;
using Zhice.Storage;
using Zhice.Storage.Audit;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Audit;

/// <summary>Makes checkpoints, keeps them in the store, and writes them to the folder that leaves the machine.</summary>
/// <param name="signer">Signs them.</param>
/// <param name="options">Where they go.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Where to log what failed.</param>
/// <param name="stores">The store; null in a silo whose storage is another.</param>
internal sealed class AuditCheckpoints(
    AuditSigner signer, AuditOptions options, TimeProvider clock, ILogger<AuditCheckpoints> log, IStores? stores = null)
{
    private const long HourMs = 3_600_000;
    private const int MaxTries = 3;
    private const int WrittenAtOnce = 200;

    private IAuditStore Store => stores?.Audit ?? throw new StoreUnavailableException("This silo has no store of an audit trail.");

    /// <summary>Makes a checkpoint if one is due, and writes the files.</summary>
    public async Task KeepAsync()
    {
        if (stores is null)
        {
            return;
        }

        var newest = await FindTextAsync(0);
        if (IsDue(newest is null ? null : TryRead(newest), await Store.FindHeadAsync(), clock.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            await MakeAsync();
        }

        await WriteFilesAsync();
    }

    /// <summary>Whether a checkpoint is due: each hour in which there were entries, and at the end of each day.</summary>
    /// <param name="newest">The newest one; null when there is none.</param>
    /// <param name="head">The end of the chain.</param>
    /// <param name="nowMs">The time, unix milliseconds.</param>
    internal static bool IsDue(AuditCheckpoint? newest, AuditHead head, long nowMs) =>
        head.Sequence > (newest?.Sequence ?? 0)
        && (newest is null || nowMs - newest.AtMs >= HourMs || AuditChain.DayOf(nowMs) > AuditChain.DayOf(newest.AtMs));

    /// <summary>The text of a checkpoint; null when there is none.</summary>
    /// <param name="number">Its number; 0: the newest.</param>
    public async Task<string?> FindTextAsync(long number)
    {
        var found = await Store.ListCheckpointsAsync(number == 0 ? long.MaxValue : number + 1, 1);
        return found is [var one] && (number == 0 || one.Number == number) ? one.Text : null;
    }

    /// <summary>Makes a checkpoint of the chain as it is, unless the newest is of the same entry.</summary>
    /// <returns>The text of the newest; null in an empty chain.</returns>
    public async Task<string?> MakeAsync()
    {
        for (var tries = 1; ; tries++)
        {
            var newest = await Store.ListCheckpointsAsync(long.MaxValue, 1);
            var head = await Store.FindHeadAsync();
            var (before, number) = newest is [var last] ? (TryRead(last.Text), checked(last.Number + 1)) : (null, 1);
            if (head.Sequence == 0 || before?.Sequence == head.Sequence)
            {
                return newest is [var same] ? same.Text : null;
            }

            var text = AuditCheckpointText.Write(signer.Sign(new()
            {
                ChainId = head.ChainId,
                Number = number,
                Sequence = head.Sequence,
                EntryAtMs = head.AtMs,
                Hash = head.Hash,
                AtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                Previous = before?.ToHash() ?? SHA256.HashData(Encoding.UTF8.GetBytes(newest is [var unreadable] ? unreadable.Text : "")),
            }));
            if (await Store.TryKeepAsync(new(number, text)))
            {
                return text;
            }

            if (tries == MaxTries)
            {
                throw new StoreUnavailableException("Other silos made checkpoints at the same time; ask again.");
            }
        }
    }

    /// <summary>Writes to the folder what it has not got of the newest checkpoints, and the public key of this silo.</summary>
    public async Task WriteFilesAsync()
    {
        if (options.CheckpointFolder is not { } folder)
        {
            return;
        }

        try
        {
            foreach (var checkpoint in await Store.ListCheckpointsAsync(long.MaxValue, WrittenAtOnce))
            {
                // A file that is there stays: who can write to the store must not reach what left the machine.
                KeptFile.TryCreate(Path.Combine(folder, FormattableString.Invariant($"checkpoint-{checkpoint.Number:D8}.json")), checkpoint.Text);
            }

            KeptFile.TryCreate(Path.Combine(folder, $"key-{KeyName}.pub"), signer.PublicKey);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            GrainsLog.CheckpointNotWritten(log, folder, fault);
        }
    }

    // Two silos may have keys of their own.
    private string KeyName => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signer.PublicKey)))[..16];

    // Whoever can write to the store could put something else there: the next checkpoint is made all the same.
    private AuditCheckpoint? TryRead(string text)
    {
        try
        {
            return AuditCheckpointText.Read(text);
        }
        catch (FormatException fault)
        {
            GrainsLog.CheckpointUnreadable(log, fault);
            return null;
        }
    }
}
