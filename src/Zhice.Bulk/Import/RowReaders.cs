using Zhice.Bulk.Files;
using Zhice.Bulk.Rows;
using Zhice.Files;
using Zhice.Files.Text;

namespace Zhice.Bulk.Import;

/// <summary>Opens a file of customers for reading.</summary>
internal static class RowReaders
{
    /// <summary>Opens a file and checks its letters, when it is begun, and its columns.</summary>
    /// <exception cref="UnreadableFileException">It is none, or its columns are not right. Nothing was loaded.</exception>
    public static RowReader Open(ImportJob job)
    {
        if (job.Format != BulkFormat.Parquet && job.From.Rows == 0)
        {
            using var look = OpenStream(job.Path);
            if (TextEncodingCheck.FindFault(look.Content) is { } fault)
            {
                throw new UnreadableFileException(fault);
            }
        }

        var stream = OpenStream(job.Path);
        var asOfMs = job.AsOf.ToUnixTimeMilliseconds();
        try
        {
            return job.Format switch
            {
                BulkFormat.Csv => new CsvRows(stream, job.Catalog, asOfMs),
                BulkFormat.Ndjson => new NdjsonRows(stream, job.Catalog, asOfMs),
                _ => ParquetRows.Open(stream, job.Catalog, asOfMs),
            };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
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
