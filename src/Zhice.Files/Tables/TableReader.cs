using System.Collections.Immutable;
using Zhice.Files.Text;

namespace Zhice.Files.Tables;

/// <summary>
/// Reads a file of rows of any columns, CSV or Parquet, row by row: for reports. It has the checks of imports, so a damaged or
/// hostile file ends with a sentence.
/// </summary>
public abstract class TableReader : IDisposable
{
    /// <summary>The names of the columns, in their order.</summary>
    public abstract ImmutableArray<string> Columns { get; }

    /// <summary>Where the row that was read is, as a person finds it: "Line 7" of a text file, "Row 6" of Parquet.</summary>
    public abstract string Place { get; }

    /// <summary>Opens a file: Parquet when it begins as Parquet does, else CSV, which may be gzip.</summary>
    /// <exception cref="UnreadableFileException">It cannot be read; the sentence says why.</exception>
    public static TableReader Open(string path)
    {
        var isParquet = Look(path);
        var stream = OpenStream(path);
        try
        {
            return isParquet ? ParquetTable.Open(stream) : new CsvTable(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Says which columns are asked for; others need not be decoded. Before the first row.</summary>
    /// <param name="columns">Their places.</param>
    public abstract void Use(IEnumerable<int> columns);

    /// <summary>Goes to the next row.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="UnreadableFileException">The file cannot be read further; the sentence says where and why.</exception>
    public abstract bool Read();

    /// <summary>What stands in a cell, as UTF-8; empty where nothing does. It holds until the next call.</summary>
    public abstract ReadOnlySpan<byte> Text(int column);

    /// <summary>The number in a cell; false where there is none. Of a truth value it is 1 or 0.</summary>
    public abstract bool TryNumber(int column, out double number);

    /// <summary>
    /// The instant in a cell, unix milliseconds; of a date the first of the day in China. False where there is none. In CSV it is
    /// written as RFC 3339 does.
    /// </summary>
    public abstract bool TryInstant(int column, out long ms);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file.</summary>
    protected abstract void Dispose(bool disposing);

    // GB18030 and other letters are found before a row is read.
    private static bool Look(string path)
    {
        using var look = OpenStream(path);
        Span<byte> magic = stackalloc byte[4];
        if (!look.IsPacked)
        {
            var isParquet = look.Content.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("PAR1"u8);
            look.Content.Position = 0;
            if (isParquet)
            {
                return true;
            }
        }

        return TextEncodingCheck.FindFault(look.Content) is { } fault ? throw new UnreadableFileException(fault) : false;
    }

    private static BulkStream OpenStream(string path)
    {
        try
        {
            return BulkStream.Open(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException($"The file cannot be read: {fault.Message}", fault);
        }
    }
}
