using System.Globalization;
using CsvHelper;
using Zhice.Bulk.Rows;

namespace Zhice.Bulk.Files;

/// <summary>The rows that were not loaded, as CSV: line, column, value, reason. Written in the order of the rows.</summary>
internal sealed class RejectFile : IDisposable
{
    /// <summary>How many bytes it may have; what is rejected after them is counted and not told.</summary>
    public const long MaxBytes = 100 << 20;

    private static readonly string[] Header = ["line", "column", "value", "reason"];

    // A spreadsheet must not run what a bad file says.
    private static readonly CsvWriterOptions Options = new() { NewLine = "\n", Injection = CsvInjection.Escape };

    private static readonly string[] Full =
        ["", "", "", $"the list ends here, at {MaxBytes >> 20} MiB: further rows are rejected, and only counted"];

    private readonly FileStream _file;
    private readonly CsvWriter _csv;
    private bool _isFull;

    /// <summary>Opens the file of an import, to go on after what it has already.</summary>
    /// <param name="path">Where.</param>
    /// <param name="bytes">How many bytes of it count; what follows was written by a run that ended before it said so.</param>
    public RejectFile(string path, long bytes)
    {
        _file = OwnerOnlyFiles.Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        bytes = Math.Min(bytes, _file.Length);
        _file.SetLength(bytes);
        _file.Position = bytes;
        _isFull = bytes >= MaxBytes;
        _csv = CsvWriter.Create(_file, Options, leaveOpen: true);
        if (bytes == 0)
        {
            _csv.WriteRecord(Header);
        }
    }

    /// <summary>Writes rejects.</summary>
    /// <returns>How many bytes the file has now.</returns>
    public long Add(IReadOnlyList<Reject> rejects)
    {
        foreach (var reject in _isFull ? [] : rejects)
        {
            _csv.WriteField(reject.Line.ToString(CultureInfo.InvariantCulture));
            _csv.WriteField(reject.Column);
            _csv.WriteField(reject.Value);
            _csv.WriteField(reject.Reason);
            _csv.EndRecord();
        }

        _csv.Flush();
        if (!_isFull && _file.Position >= MaxBytes)
        {
            _isFull = true;
            _csv.WriteRecord(Full);
            _csv.Flush();
        }

        _file.Flush();
        return _file.Position;
    }

    public void Dispose()
    {
        _csv.Dispose();
        _file.Dispose();
    }
}
