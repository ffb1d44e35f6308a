using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Zhice.Domain.Audit;

/// <summary>
/// Links entries: the hash of each goes over the hash of the one before, its number, its time and its bytes. The first of a day (UTC)
/// goes over the chain's id, the day, and the last entry of the day before that has any: so no day can be cut out as a whole.
/// </summary>
public static class AuditChain
{
    /// <summary>How many bytes a hash has.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    private const long DayMs = 86_400_000;

    /// <summary>The day of an instant (UTC), in days since 1970-01-01.</summary>
    public static int DayOf(long atMs) => (int)Math.DivRem(atMs, DayMs).Quotient;

    /// <summary>Links entries to the end of a chain.</summary>
    /// <param name="head">The end.</param>
    /// <param name="contents">The canonical bytes of each entry.</param>
    /// <param name="nowMs">The time, unix milliseconds. An entry is never earlier than the one before:
    /// a clock that was set back stands still.</param>
    public static ImmutableArray<AuditLink> Extend(AuditHead head, IReadOnlyList<byte[]> contents, long nowMs)
    {
        var links = ImmutableArray.CreateBuilder<AuditLink>(contents.Count);
        foreach (var content in contents)
        {
            var (sequence, atMs) = (head.Sequence + 1, Math.Max(head.AtMs, nowMs));
            var hash = Hash(head, sequence, atMs, content);
            links.Add(new(sequence, atMs, content, hash));
            head = head with { Sequence = sequence, AtMs = atMs, Hash = hash };
        }

        return links.MoveToImmutable();
    }

    /// <summary>The hash of an entry that follows <paramref name="before"/>.</summary>
    public static byte[] Hash(AuditHead before, long sequence, long atMs, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[HashBytes + sizeof(long) + sizeof(long)];
        if (before.Sequence == 0 || DayOf(before.AtMs) != DayOf(atMs))
        {
            BeginDay(before, DayOf(atMs), head);
        }
        else
        {
            before.Hash.CopyTo(head);
        }

        BinaryPrimitives.WriteInt64BigEndian(head[HashBytes..], sequence);
        BinaryPrimitives.WriteInt64BigEndian(head[(HashBytes + sizeof(long))..], atMs);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private static void BeginDay(AuditHead before, int day, Span<byte> into)
    {
        var label = "zhice audit day"u8;
        Span<byte> bytes = stackalloc byte[label.Length + 16 + sizeof(int) + sizeof(long) + HashBytes];
        label.CopyTo(bytes);
        var rest = bytes[label.Length..];
        before.ChainId.TryWriteBytes(rest);
        BinaryPrimitives.WriteInt32BigEndian(rest[16..], day);
        BinaryPrimitives.WriteInt64BigEndian(rest[20..], before.Sequence);
        before.Hash.CopyTo(rest[28..]);
        SHA256.HashData(bytes, into);
    }
}

/// <summary>The end of a chain, to which the next entry is linked.</summary>
/// <param name="ChainId">Which chain: made once with the database's tables.</param>
/// <param name="Sequence">The number of the last entry; 0 in an empty chain.</param>
/// <param name="AtMs">Its time, unix milliseconds.</param>
/// <param name="Hash">Its hash; zeros in an empty chain.</param>
public sealed record AuditHead(Guid ChainId, long Sequence, long AtMs, byte[] Hash)
{
    /// <summary>The end of a chain without entries.</summary>
    public static AuditHead Empty(Guid chainId) => new(chainId, 0, 0, new byte[AuditChain.HashBytes]);
}

/// <summary>An entry in its place in the chain.</summary>
/// <param name="Sequence">Its number, from 1 without gaps.</param>
/// <param name="AtMs">When it was recorded, by the store's clock, unix milliseconds.</param>
/// <param name="Content">The canonical bytes of the entry.</param>
/// <param name="Hash">The hash that links it.</param>
public sealed record AuditLink(long Sequence, long AtMs, byte[] Content, byte[] Hash);
