
namespace Zhice.Files.Text;

/// <summary>Reads a stream line by line, as bytes; a byte order mark is passed over.</summary>
internal sealed class LineReader(Stream stream)
{
    private const int MaxLineBytes = 1 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private int _lineEnd;
    private bool _isAtEnd;

    /// <summary>The number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line, until the next is read.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_start, _lineEnd - _start);

    /// <summary>Goes to the next line; false at the end.</summary>
    /// <exception cref="UnreadableFileException">A line is longer than 1 MiB.</exception>
    public bool Read()
    {
        _start = Number == 0 ? 0 : Math.Min(_lineEnd + 1, _end);
        var searched = _start;
        while (true)
        {
            var at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                _lineEnd = searched + at;
                break;
            }

            if (_isAtEnd)
            {
                _lineEnd = _end;
                if (_start == _end)
                {
                    return false;
                }

                break;
            }

            searched = _end - _start;
            ReadMore();
        }

        Number++;
        if (Number == 1 && Line.StartsWith("\uFEFF"u8))
        {
            _start += 3;
        }

        return true;
    }

    private void ReadMore()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxLineBytes)
            {
                throw new UnreadableFileException($"Line {Number + 1} is longer than 1 MiB.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer.AsSpan(_end));
        _end += read;
        _isAtEnd = read == 0;
    }
}
