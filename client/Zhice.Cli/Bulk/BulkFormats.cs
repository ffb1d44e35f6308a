using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Bulk;

/// <summary>How a file of customers is written: as an option says, or the file's name.</summary>
internal static class BulkFormats
{
    private static readonly Dictionary<string, BulkFormat> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["csv"] = BulkFormat.Csv,
        ["ndjson"] = BulkFormat.Ndjson,
        ["jsonl"] = BulkFormat.Ndjson,
        ["parquet"] = BulkFormat.Parquet,
    };

    public static Option<string?> Option() => new Option<string?>("--format")
    {
        Description = "How the file is written; else by its name's end: csv, ndjson or parquet. Example: --format csv",
        HelpName = "FORMAT",
    }.AcceptOnlyFromAmong([.. Known.Keys]);

    /// <exception cref="UsageException">Neither says it.</exception>
    public static BulkFormat Resolve(string? option, string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Known.TryGetValue(option ?? Path.GetExtension(name).TrimStart('.'), out var format)
            ? format
            : throw new UsageException(
                $"How '{Path.GetFileName(path)}' is written cannot be told by its name; say it by --format csv, ndjson or parquet.");
    }
}
