using System.Text.Json;
using Zhice.Storage.Bulk;

namespace Zhice.Bulk.Export;

/// <summary>How far an export is, in a file beside its own: after a restart of the silo it goes on there.</summary>
/// <param name="Columns">What is written; with other columns an export begins anew.</param>
/// <param name="Bytes">How many bytes of the file are good, and on the disk.</param>
/// <param name="Rows">How many customers they are.</param>
/// <param name="Unreadable">How many were left out so far, as their states cannot be read.</param>
/// <param name="AsOfMs">When the export began, unix milliseconds.</param>
/// <param name="Bucket">The bucket of the last customer.</param>
/// <param name="Key">The last customer.</param>
/// <param name="Footer">The end of a Parquet file of these rows; null in other formats.</param>
internal sealed record ExportCursor(
    string Columns, long Bytes, long Rows, long Unreadable, long AsOfMs, int Bucket, byte[] Key, byte[]? Footer = null)
{
    /// <summary>Behind which customer to go on.</summary>
    public BulkPlace Place => new(Bucket, Key);

    /// <summary>What is kept of an export; null when there is nothing that fits.</summary>
    public static ExportCursor? Find(ExportJob job)
    {
        var (cursor, file) = (new FileInfo(GetPath(job)), new FileInfo(job.Path));
        if (!cursor.Exists || !file.Exists)
        {
            return null;
        }

        try
        {
            var kept = JsonSerializer.Deserialize<ExportCursor>(File.ReadAllBytes(cursor.FullName));
            return kept?.Columns == FormatColumns(job) && kept.Bytes <= file.Length
                && kept.Footer is not null == (job.Format == BulkFormat.Parquet)
                ? kept
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether an export can go on in the middle of its file: an instant is over.</summary>
    public static bool CanGoOn(ExportJob job) => !job.IsOfOneInstant;

    /// <summary>Names the columns of a job.</summary>
    public static string FormatColumns(ExportJob job) =>
        string.Join(
            ' ',
            [
                $"{job.Format}", .. job.Tags.Select(static tag => $"{tag.Id}:{tag.Number}:{tag.Type}"),
                .. job.Consents.Select(job.GetColumnName)]);

    /// <summary>Keeps it, in the place of the one before.</summary>
    public void Keep(ExportJob job)
    {
        var next = GetPath(job) + ".next";
        using (var file = OwnerOnlyFiles.Open(next, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            JsonSerializer.Serialize(file, this);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, GetPath(job), overwrite: true);
    }

    /// <summary>Removes what is kept.</summary>
    public static void Discard(ExportJob job) => File.Delete(GetPath(job));

    private static string GetPath(ExportJob job) => job.Path + ".cursor";
}
