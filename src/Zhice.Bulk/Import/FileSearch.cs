using System.Text;
using System.Text.Json;
using Zhice.Bulk.Files;
using Zhice.Bulk.Rows;
using Zhice.Domain.Catalogs;
using Zhice.Files;
using Zhice.Files.Text;

namespace Zhice.Bulk.Import;

/// <summary>Searches the files of a folder for a customer's id.</summary>
public static class FileSearch
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The files that have a customer's id in them, and those that cannot be searched.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="customerId">The id.</param>
    /// <param name="catalog">What names the columns of Parquet files.</param>
    public static IReadOnlyList<(string Name, bool HasCustomer)> Find(BulkFolder folder, string customerId, Catalog catalog)
    {
        var found = new List<(string Name, bool HasCustomer)>();
        foreach (var file in Directory.Exists(folder.Path) ? new DirectoryInfo(folder.Path).GetFiles() : [])
        {
            try
            {
                if (IsParquet(file.FullName) ? HasRow(file.FullName, customerId, catalog) : HasBytes(file.FullName, customerId))
                {
                    found.Add((file.Name, true));
                }
            }
            catch (Exception fault) when (fault is UnreadableFileException or IOException or InvalidDataException or UnauthorizedAccessException)
            {
                if (File.Exists(file.FullName))
                {
                    found.Add((file.Name, false));
                }
            }
        }

        return found;
    }

    private static bool IsParquet(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[4];
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual("PAR1"u8);
    }

    private static bool HasRow(string path, string customerId, Catalog catalog)
    {
        var id = Encoding.UTF8.GetBytes(customerId);
        using var rows = ParquetRows.Open(BulkStream.Open(path), catalog, long.MaxValue / 2);
        for (var (hasMore, after) = (true, 0L); hasMore;)
        {
            var batch = new RowBatch();
            hasMore = rows.Fill(batch, after);
            after = batch.LastRow;
            if (batch.Keys.Any(key => key.Key.AsSpan().SequenceEqual(id)))
            {
                return true;
            }
        }

        return false;
    }

    // As text, and as JSON writes it: ids with other letters than ASCII may be escaped there.
    private static bool HasBytes(string path, string customerId)
    {
        byte[][] forms = [Encoding.UTF8.GetBytes(customerId), [.. JsonEncodedText.Encode(customerId).EncodedUtf8Bytes]];
        var longest = forms.Max(static form => form.Length);
        using var stream = BulkStream.Open(path);
        var block = new byte[BlockBytes + longest];
        for (var kept = 0; ;)
        {
            var read = stream.Content.ReadAtLeast(block.AsSpan(kept, BlockBytes), BlockBytes, throwOnEndOfStream: false);
            var known = block.AsSpan(0, kept + read);
            foreach (var form in forms)
            {
                if (known.IndexOf(form) >= 0)
                {
                    return true;
                }
            }

            if (read < BlockBytes)
            {
                return false;
            }

            // What begins at the end of a block goes on in the next.
            var tail = Math.Min(longest, known.Length);
            known[^tail..].CopyTo(block);
            kept = tail;
        }
    }
}
