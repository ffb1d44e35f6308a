using Parquet;
using Zhice.Files.Text;

namespace Zhice.Files.Parquet;

/// <summary>Reads a row group of Parquet into its columns, and refuses one that claims more than its bytes can hold.</summary>
internal static class ParquetGroup
{
    // A row group is unpacked as a whole. Arrow writes so many rows by default.
    private const int MaxGroupRows = 1 << 20;
    private const long MaxGroupCells = 1 << 26;

    // A few bytes can claim many cells: beyond the first 16 Mi, 8 for each byte that the row group has in the file.
    private const long MaxCellsFromNothing = 1 << 24;
    private const int MaxCellsInByte = 8;

    /// <summary>Reads a row group.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="window">The same file, of which the library sees a part at a time.</param>
    /// <param name="pagesEnd">Where pages end.</param>
    /// <param name="file">The library's reader over the window.</param>
    /// <param name="number">Which row group, from 0.</param>
    /// <param name="columns">An item for each column of the file; null for one that is not read.</param>
    /// <returns>How many rows it has.</returns>
    public static long Read(
        BulkStream stream, WindowStream window, long pagesEnd, ParquetReader file, int number, IReadOnlyList<ParquetColumn?> columns)
    {
        var (group, fields) = (file.OpenRowGroupReader(number), file.Schema.DataFields);
        var rows = group.RowCount;
        var maxRows = Math.Min(MaxGroupRows, MaxGroupCells / fields.Length);
        if (rows < 0 || rows > maxRows)
        {
            throw new UnreadableFileException(
                $"Row group {number + 1} has {rows:N0} rows, too many to be unpacked at once; write groups of at most {maxRows:N0} rows.");
        }

        int[] read = [.. Enumerable.Range(0, rows == 0 ? 0 : fields.Length).Where(i => columns[i] is not null)];
        var pages = new (long From, long To)[read.Length];
        for (var i = 0; i < read.Length; i++)
        {
            var field = fields[read[i]];
            var column = group.GetMetadata(field)?.MetaData ?? throw new InvalidDataException($"it has no column '{field.Name}'");
            var width = ParquetPages.GetWidth(columns[read[i]]!.Type.Physical, file.Metadata!.Schema[read[i] + 1].TypeLength);
            pages[i] = ParquetPages.Check(stream.Content, pagesEnd, column, rows, width);
        }

        if (rows * pages.Length > MaxCellsFromNothing + (MaxCellsInByte * pages.Sum(static page => page.To - page.From)))
        {
            throw new UnreadableFileException($"Row group {number + 1} claims {rows:N0} rows in few bytes; write smaller row groups.");
        }

        for (var i = 0; i < pages.Length; i++)
        {
            window.Open(pages[i].From, pages[i].To);
            columns[read[i]]!.ReadAsync(group, fields[read[i]], (int)rows).GetAwaiter().GetResult();
        }

        return rows;
    }
}
