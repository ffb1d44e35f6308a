using System.Collections.Immutable;

namespace Zhice.Domain.Audit;

/// <summary>
/// The canonical bytes of an entry, over which the chain's hashes go. A store keeps the fields that are searched for in columns of
/// their own, and the others as details; it joins both again when it reads. So a column that is edited does not fit its hash.
/// </summary>
public static class AuditEntryCodec
{
    private const byte Format = 1;

    /// <summary>The fields that no store searches for. The first byte is the format.</summary>
    public static byte[] WriteDetails(AuditEntry entry) => Bytes.Write(entry, static (writer, entry) =>
    {
        writer.Write(Format);
        writer.Write(entry.Roles);
        writer.Write(entry.Address);
        writer.Write(entry.RequestId);
        writer.WriteCount(entry.OmittedChanges);
        writer.WriteCount(entry.Unrecorded);
        writer.WriteCount(entry.Changes.Length);
        foreach (var (path, before, after) in entry.Changes)
        {
            writer.Write(path);
            writer.Write(before);
            writer.Write(after);
        }
    });

    /// <summary>The canonical bytes of an entry.</summary>
    /// <param name="entry">The entry; of its fields only those with columns of their own are looked at.</param>
    /// <param name="details">The others, as <see cref="WriteDetails"/> wrote them or as a store found them.</param>
    public static byte[] Join(AuditEntry entry, byte[] details) => Bytes.Write((entry, details), static (writer, all) =>
    {
        writer.WriteCount((int)all.entry.Stage);
        writer.Write(all.entry.CallId.ToByteArray());
        writer.Write(all.entry.Actor);
        writer.Write(all.entry.Method);
        writer.Write(all.entry.TargetKind);
        writer.Write(all.entry.TargetId);
        writer.Write(all.entry.Outcome);
        writer.Write(all.details);
    });

    /// <summary>The canonical bytes of an entry.</summary>
    public static byte[] Write(AuditEntry entry) => Join(entry, WriteDetails(entry));

    /// <summary>The entry of canonical bytes.</summary>
    /// <exception cref="FormatException">They are damaged, or of a format that this program does not know.</exception>
    public static AuditEntry Read(byte[] bytes) => Bytes.Read(bytes, "an audit entry", static reader =>
    {
        var entry = new AuditEntry
        {
            Stage = (AuditStage)reader.ReadCount(),
            CallId = new Guid(reader.ReadBytes(16)),
            Actor = reader.ReadString(),
            Method = reader.ReadString(),
            TargetKind = reader.ReadString(),
            TargetId = reader.ReadString(),
            Outcome = reader.ReadString(),
        };
        reader.ReadFormat(Format, Format, "an audit entry's details");
        return entry with
        {
            Roles = reader.ReadString(),
            Address = reader.ReadString(),
            RequestId = reader.ReadString(),
            OmittedChanges = reader.ReadCount(),
            Unrecorded = reader.ReadCount(),
            Changes = ReadChanges(reader),
        };
    });

    private static ImmutableArray<AuditChange> ReadChanges(ByteReader reader)
    {
        var changes = ImmutableArray.CreateBuilder<AuditChange>(reader.Count(AuditEntry.MaxChanges));
        for (var i = 0; i < changes.Capacity; i++)
        {
            changes.Add(new(reader.ReadString(), reader.ReadString(), reader.ReadString()));
        }

        return changes.MoveToImmutable();
    }
}
