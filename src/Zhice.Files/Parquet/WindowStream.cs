
namespace Zhice.Files.Parquet;

/// <summary>
/// A file of which a part can be read, and that not for ever: what reads on beyond the part, or goes over it again and
/// again, is told that it ended.
/// </summary>
internal sealed class WindowStream(Stream file) : Stream
{
    // Buffers, and the few bytes that are read twice.
    private const long Spare = 1 << 20;

    private long _from;
    private long _to = file.Length;
    private long _left = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    /// <summary>Opens a part of the file, to be read about once.</summary>
    public void Open(long from, long to) => (_from, _to, _left) = (from, to, (2 * (to - from)) + Spare);

    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer[..Clamp(buffer.Length)]);
        _left -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // At once: the file is read on a thread of its own.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    // The library takes -1 for a byte.
    public override int ReadByte()
    {
        var read = Clamp(1) > 0 ? file.ReadByte() : -1;
        return read >= 0 ? read : throw Ended();
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Clamp(int count)
    {
        if (--_left < 0)
        {
            throw Ended();
        }

        var at = file.Position;
        return at < _from ? throw Ended() : (int)Math.Clamp(_to - at, 0, count);
    }

    private static EndOfStreamException Ended() => new("the pages end before the values that the file claims");
}
