using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.Bulk;

/// <summary>
/// New states as PostgreSQL's binary COPY wants them (https://www.postgresql.org/docs/current/sql-copy.html, Binary Format):
/// a header, then each row as a count of fields and each field with its length, all big-endian.
/// </summary>
internal sealed class CopyRows : IDisposable
{
    private const int HeaderBytes = 19;
    private const int FieldCount = 7;
    private const int TrailerBytes = 2;

    // The count, seven lengths, bucket, version and write id.
    private const int FixedRowBytes = 2 + (FieldCount * 4) + 2 + 8 + 16;

    private readonly byte[] _rented;
    private int _length;

    public CopyRows(IReadOnlyList<StateWrite> writes, long version)
    {
        var size = HeaderBytes + TrailerBytes;
        foreach (var write in writes)
        {
            size += FixedRowBytes + write.Payload!.Length + write.Key.Key.Length
                + Encoding.UTF8.GetByteCount(write.Key.GrainType) + Encoding.UTF8.GetByteCount(write.Key.StateName);
        }

        _rented = ArrayPool<byte>.Shared.Rent(size);
        "PGCOPY"u8.CopyTo(_rented);
        ((ReadOnlySpan<byte>)[(byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0]).CopyTo(_rented.AsSpan(6));
        _length = HeaderBytes;
        foreach (var write in writes)
        {
            Add((short)FieldCount);
            AddText(write.Key.GrainType);
            AddLength(2);
            Add((short)write.Key.Bucket);
            AddBytes(write.Key.Key);
            AddText(write.Key.StateName);
            AddLength(8);
            BinaryPrimitives.WriteInt64BigEndian(_rented.AsSpan(_length), version);
            _length += 8;
            AddLength(16);
            write.WriteId.TryWriteBytes(_rented.AsSpan(_length), bigEndian: true, out _);
            _length += 16;
            AddBytes(write.Payload);
        }

        Add((short)-1);
    }

    public ReadOnlyMemory<byte> Bytes => _rented.AsMemory(0, _length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented, clearArray: true);

    private void Add(short number)
    {
        BinaryPrimitives.WriteInt16BigEndian(_rented.AsSpan(_length), number);
        _length += 2;
    }

    private void AddLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(_rented.AsSpan(_length), length);
        _length += 4;
    }

    private void AddText(string text)
    {
        AddLength(Encoding.UTF8.GetByteCount(text));
        _length += Encoding.UTF8.GetBytes(text, _rented.AsSpan(_length));
    }

    private void AddBytes(ReadOnlySpan<byte> bytes)
    {
        AddLength(bytes.Length);
        bytes.CopyTo(_rented.AsSpan(_length));
        _length += bytes.Length;
    }
}
