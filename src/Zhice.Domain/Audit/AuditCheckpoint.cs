using System.Security.Cryptography;

namespace Zhice.Domain.Audit;

/// <summary>
/// What a silo says, and signs, of the chain at an instant: the last entry and its hash. Kept on another machine it shows later that
/// nothing up to that entry was changed, whoever can write to the database.
/// </summary>
public sealed record AuditCheckpoint
{
    private static ReadOnlySpan<byte> Label => "zhice audit checkpoint 1"u8;

    /// <summary>Which chain.</summary>
    public required Guid ChainId { get; init; }

    /// <summary>Its number among the checkpoints of the chain, from 1 without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>The last entry's number.</summary>
    public required long Sequence { get; init; }

    /// <summary>The last entry's time, unix milliseconds.</summary>
    public required long EntryAtMs { get; init; }

    /// <summary>The last entry's hash.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When the checkpoint was made, unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>The hash of the checkpoint before; zeros in the first.</summary>
    public required byte[] Previous { get; init; }

    /// <summary>ECDSA with P-256 and SHA-256 over <see cref="ToSignedBytes"/>, in the format IEEE P1363.</summary>
    public byte[] Signature { get; init; } = [];

    /// <summary>The bytes that are signed.</summary>
    public byte[] ToSignedBytes() => Bytes.Write(this, static (writer, checkpoint) =>
    {
        writer.Write(Label);
        writer.Write(checkpoint.ChainId.ToByteArray());
        writer.Write(checkpoint.Number);
        writer.Write(checkpoint.Sequence);
        writer.Write(checkpoint.EntryAtMs);
        writer.Write(checkpoint.Hash);
        writer.Write(checkpoint.AtMs);
        writer.Write(checkpoint.Previous);
    });

    /// <summary>The hash by which the next checkpoint names this one.</summary>
    public byte[] ToHash() => SHA256.HashData(ToSignedBytes());

    /// <summary>Whether the holder of a key signed it.</summary>
    public bool IsSignedBy(ECDsa key) => key.VerifyData(ToSignedBytes(), Signature, HashAlgorithmName.SHA256);

    /// <summary>The checkpoint with the signature of a key.</summary>
    public AuditCheckpoint SignedBy(ECDsa key) => this with { Signature = key.SignData(ToSignedBytes(), HashAlgorithmName.SHA256) };
}
