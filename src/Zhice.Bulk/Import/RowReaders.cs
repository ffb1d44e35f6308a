using Zhice.Bulk.Files;
using Zhice.Bulk.Rows;
using Zhice.Domain.Catalogs;

namespace Zhice.Bulk.Import;

/// <summary>Opens a file of customers for reading.</summary>
internal static class RowReaders
{
    /// <summary>Opens a file and checks its columns.</summary>
    /// <exception cref="BulkFileException">It is none, or its columns are not right. Nothing was loaded.</exception>
    public static RowReader Open(string path, BulkFormat format, Catalog catalog, long asOfMs)
    {
        BulkStream stream;
        try
        {
            stream = BulkStream.Open(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BulkFileException($"The file cannot be read: {fault.Message}", fault);
        }

        try
        {
            return format switch
            {
                BulkFormat.Csv => new CsvRows(stream, catalog, asOfMs),
                BulkFormat.Ndjson => new NdjsonRows(stream, catalog, asOfMs),
                _ => ParquetRows.Open(stream, catalog, asOfMs),
            };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
