using System.Security.Cryptography;
using Zhice.Cli.Running;
using Zhice.Domain.Audit;

namespace Zhice.Cli.Audit;

/// <summary>Checkpoints of the audit trail that left the machine, and the keys that signed them.</summary>
internal static class CheckpointFiles
{
    /// <summary>Reads checkpoints, and checks that a key signed each and that each follows the one before.</summary>
    /// <param name="paths">Files, or folders with checkpoints in their .json files.</param>
    /// <param name="keys">Files of public keys, PEM.</param>
    /// <exception cref="FailureException">One is no checkpoint, is not signed by any of the keys, or
    /// does not follow the one before.</exception>
    public static IReadOnlyList<AuditCheckpoint> Read(IReadOnlyList<string> paths, IReadOnlyList<string> keys)
    {
        if (paths.Count > 0 && keys.Count == 0)
        {
            throw new UsageException("--against needs --key: without the public key of the silo a checkpoint proves nothing.");
        }

        var signers = keys.Select(ReadKey).ToList();
        try
        {
            var checkpoints = paths.SelectMany(Files)
                .Select(file => Read(file, signers))
                .OrderBy(static checkpoint => checkpoint.Number)
                .ToList();
            foreach (var (before, next) in checkpoints.Zip(checkpoints.Skip(1)))
            {
                CheckFollows(before, next);
            }

            return checkpoints;
        }
        finally
        {
            signers.ForEach(static signer => signer.Dispose());
        }
    }

    private static void CheckFollows(AuditCheckpoint before, AuditCheckpoint next)
    {
        var isNext = next.Number == before.Number + 1 && next.ChainId == before.ChainId;
        if (isNext && !next.Previous.AsSpan().SequenceEqual(before.ToHash()))
        {
            throw new FailureException($"Checkpoint {next.Number} does not follow checkpoint {before.Number}: one of the two was replaced by the holder of a key.");
        }

        if (next.Sequence < before.Sequence)
        {
            throw new FailureException($"Checkpoint {next.Number} ends at entry {next.Sequence}, before checkpoint {before.Number}, which ends at {before.Sequence}.");
        }
    }

    // A folder without any is perhaps a share that is not mounted: nothing would be compared, and all would look well.
    private static string[] Files(string path) =>
        !Directory.Exists(path) ? [path]
        : Directory.GetFiles(path, "*.json") is { Length: > 0 } files ? files
        : throw new FailureException($"The folder {path} has no checkpoint, a file that ends in .json: nothing can be compared with it.");

    private static AuditCheckpoint Read(string file, List<ECDsa> signers)
    {
        try
        {
            var checkpoint = AuditCheckpointText.Read(File.ReadAllText(file));
            return signers.Exists(checkpoint.IsSignedBy)
                ? checkpoint
                : throw new FailureException(
                    $"{file} is not signed by the key: it was changed, or another silo made it. Give the keys of all silos.");
        }
        catch (FormatException fault)
        {
            throw new FailureException($"{file}: {fault.Message}");
        }
    }

    private static ECDsa ReadKey(string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new FailureException($"{file} is no public key of ECDSA in PEM: {fault.Message}");
        }
    }
}
