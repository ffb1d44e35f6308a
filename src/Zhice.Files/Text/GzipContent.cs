using System.Buffers.Binary;
using System.IO.Compression;

namespace Zhice.Files.Text;

/// <summary>
/// Unpacks gzip, and says so when the file is cut off, which .NET's own stream passes over: the last 4 bytes tell how
/// long the content is (RFC 1952). A file of several members cannot be told from one that is cut off, and is refused.
/// </summary>
internal sealed class GzipContent : Stream
{
    private readonly GZipStream _content;
    private readonly uint _length;
    private uint _read;

    /// <summary>Unpacks a file from its beginning.</summary>
    public GzipContent(FileStream file)
    {
        Span<byte> length = stackalloc byte[4];
        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(length);
        file.Position = 0;
        _length = BinaryPrimitives.ReadUInt32LittleEndian(length);
        _content = new GZipStream(file, CompressionMode.Decompress);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = _content.Read(buffer);
        unchecked
        {
            _read += (uint)read;
        }

        return read > 0 || buffer.IsEmpty || _read == _length
            ? read
            : throw new InvalidDataException("the gzip file is cut off, or has several members; pack it again as one.");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _content.Dispose();
        base.Dispose(disposing);
    }
}
