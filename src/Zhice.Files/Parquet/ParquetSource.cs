using System.Collections.Immutable;
using Parquet;
using Parquet.Meta;
using Zhice.Files.Text;

namespace Zhice.Files.Parquet;

/// <summary>A Parquet file that is open: its columns, and its row groups one after the other.</summary>
/// <exception cref="UnreadableFileException">From every member: whatever a damaged file makes the library throw.</exception>
internal sealed class ParquetSource : IDisposable
{
    private readonly BulkStream _stream;
    private readonly WindowStream _window;
    private readonly long _pagesEnd;
    private readonly ParquetReader _file;

    private ParquetSource(BulkStream stream)
    {
        (_stream, _pagesEnd, _window) = (stream, ParquetFooter.Check(stream.Content), new(stream.Content));
        _file = ParquetReader.CreateAsync(_window).GetAwaiter().GetResult();
        Types = [.. ReadTypes(_file.Metadata!)];
        Columns = [.. _file.Schema.DataFields.Select(static field => field.Name)];
        RowCount = _file.RowGroups.Sum(static group => group.RowCount);
    }

    /// <summary>The types of its columns.</summary>
    public ImmutableArray<ParquetType> Types { get; }

    /// <summary>The names of its columns.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>What its writer noted in it.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _file.CustomMetadata;

    /// <summary>How many rows it says it has.</summary>
    public long RowCount { get; }

    /// <summary>How many row groups it has.</summary>
    public int GroupCount => _file.RowGroupCount;

    /// <summary>Opens a file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="create">Makes its reader; what that refuses is refused as part of the opening.</param>
    public static T Open<T>(BulkStream stream, Func<ParquetSource, T> create) =>
        Reading("The file is no Parquet file, or it is cut off", () => create(new(stream)));

    /// <summary>Reads a row group into its columns.</summary>
    /// <param name="number">Which, from 0.</param>
    /// <param name="columns">An item for each column of the file; null for one that is not read.</param>
    /// <returns>How many rows it has.</returns>
    public long ReadGroup(int number, IReadOnlyList<ParquetColumn?> columns) => Reading(
        $"Row group {number + 1} cannot be read", () => ParquetGroup.Read(_stream, _window, _pagesEnd, _file, number, columns));

    public void Dispose()
    {
        _file.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    /// <summary>
    /// The types of the columns. Their annotations are taken away: the fields that the library makes of them then are the physical ones.
    /// </summary>
    /// <exception cref="UnreadableFileException">A column is nested, or cannot be read rightly.</exception>
    internal static ParquetType[] ReadTypes(FileMetaData metadata)
    {
        var columns = metadata.Schema.Skip(1).ToList();
        if (columns.Find(
            static column =>
                column.NumChildren > 0 || column.RepetitionType == FieldRepetitionType.REPEATED || column.Type is null) is { } nested)
        {
            throw new UnreadableFileException($"The column '{nested.Name}' is nested; it must hold single values. Nothing was loaded.");
        }

        // The library reads truth values of this encoding as false, all of them.
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Type == global::Parquet.Meta.Type.BOOLEAN
                && metadata.RowGroups.Exists(group => !group.Columns[i].MetaData!.Encodings.Contains(global::Parquet.Meta.Encoding.PLAIN)))
            {
                throw new UnreadableFileException(
                    $"The column '{columns[i].Name}' holds BOOLEAN in the encoding RLE of data pages 2.0, which is not read; write data pages 1.0, or integers or text. Nothing was loaded.");
            }
        }

        return [.. columns.Select(ParquetType.Take)];
    }

    private static T Reading<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not (UnreadableFileException or OutOfMemoryException))
        {
            // The library throws whatever a damaged file makes it stumble over.
            throw new UnreadableFileException($"{what}: {fault.Message}", fault);
        }
    }
}
