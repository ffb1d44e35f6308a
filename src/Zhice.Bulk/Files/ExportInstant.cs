using System.Globalization;

namespace Zhice.Bulk.Files;

/// <summary>
/// As of when an export is, kept in the file's own metadata: a copy of the file has another time of change, and must not make
/// old words newer than they are.
/// </summary>
internal static class ExportInstant
{
    private const string Key = "zhice.as_of_time";

    /// <summary>The metadata that says so.</summary>
    public static Dictionary<string, string> ToMetadata(long asOfMs) =>
        new(StringComparer.Ordinal) { [Key] = DateTimeOffset.FromUnixTimeMilliseconds(asOfMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) };

    /// <summary>What metadata say, unix milliseconds; null: nothing.</summary>
    public static long? Find(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(Key, out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var asOf)
            ? asOf.ToUnixTimeMilliseconds()
            : null;
}
