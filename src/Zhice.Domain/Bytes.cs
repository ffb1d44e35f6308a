namespace Zhice.Domain;

/// <summary>Writing to bytes, and reading what was written: whatever is wrong with it is a <see cref="FormatException"/>.</summary>
internal static class Bytes
{
    // More than nearly all states take.
    private const int Room = 4096;
    private const int MaxKept = 1 << 16;

    // A thread's own; null while it writes.
    [ThreadStatic]
    private static ByteWriter? _spare;

    // A thread's own; null while it reads.
    [ThreadStatic]
    private static ByteReader? _spareReader;

    /// <summary>What is written, as bytes.</summary>
    public static byte[] Write<T>(T what, Action<ByteWriter, T> write)
    {
        var writer = _spare ?? new ByteWriter(Room);
        _spare = null;
        writer.Clear();
        write(writer, what);
        var bytes = writer.ToArray();
        _spare = writer.Capacity <= MaxKept ? writer : null;
        return bytes;
    }

    public static T Read<T>(byte[] bytes, byte format, string what, Func<ByteReader, T> read) =>
        Read(bytes, format, format, what, (reader, _) => read(reader));

    /// <summary>Reads any of the formats from the oldest that is still understood to the newest.</summary>
    public static T Read<T>(byte[] bytes, byte oldest, byte newest, string what, Func<ByteReader, byte, T> read) =>
        Read(bytes, what, reader => read(reader, reader.ReadFormat(oldest, newest, what)));

    public static T Read<T>(byte[] bytes, string what, Func<ByteReader, T> read)
    {
        try
        {
            return read(new ByteReader(bytes));
        }
        catch (Exception fault) when (IsOfBytes(fault))
        {
            throw Damaged(what, fault);
        }
    }

    /// <summary>Reads a little of bytes of which more is read again and again; allocates nothing but what it reads.</summary>
    public static T Read<T, TAsked>(byte[] bytes, string what, TAsked asked, Func<ByteReader, TAsked, T> read)
    {
        var reader = _spareReader ?? new(bytes);
        _spareReader = null;
        reader.Restart(bytes);
        try
        {
            return read(reader, asked);
        }
        catch (Exception fault) when (IsOfBytes(fault))
        {
            throw Damaged(what, fault);
        }
        finally
        {
            reader.Restart([]);
            _spareReader = reader;
        }
    }

    private static bool IsOfBytes(Exception fault) =>
        fault is IOException or ArgumentException or OverflowException or InvalidOperationException;

    private static FormatException Damaged(string what, Exception fault) =>
        new($"The bytes of {what} are damaged: {fault.Message}", fault);
}
