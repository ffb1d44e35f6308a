
namespace Zhice.Files.Text;

/// <summary>The bytes of a file, unpacked when it is gzip, and how far they are read.</summary>
internal sealed class BulkStream : IDisposable
{
    private readonly FileStream _file;

    private BulkStream(FileStream file, bool isPacked)
    {
        _file = file;
        IsPacked = isPacked;
        Content = isPacked ? new GzipContent(file) : file;
    }

    /// <summary>Whether it is gzip.</summary>
    public bool IsPacked { get; }

    /// <summary>The content.</summary>
    public Stream Content { get; }

    /// <summary>How much of the file is read, 0 to 1.</summary>
    public double Fraction => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    /// <summary>Opens a file.</summary>
    public static BulkStream Open(string path)
    {
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 1 << 18,
            Options = FileOptions.SequentialScan,
        });
        Span<byte> magic = stackalloc byte[2];
        var isPacked = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B] && file.Length > 18;
        file.Position = 0;
        return new(file, isPacked);
    }

    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
    }
}
