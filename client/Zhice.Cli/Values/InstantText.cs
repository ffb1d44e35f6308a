using System.Globalization;

namespace Zhice.Cli.Values;

/// <summary>Instants as RFC 3339 writes them, such as 2026-03-01T09:00:00+08:00.</summary>
internal static class InstantText
{
    public const string Example = "2026-03-01T09:00:00+08:00";

    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    /// <summary>Reads an instant; its offset must be there.</summary>
    public static bool TryParse(string text, out DateTimeOffset instant) => DateTimeOffset.TryParseExact(
        text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);

    /// <summary>An instant for people, in the time zone of their machine.</summary>
    public static string Format(DateTimeOffset instant) =>
        instant.ToLocalTime().ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>As the other; nothing when there is none.</summary>
    public static string Format(Google.Protobuf.WellKnownTypes.Timestamp? instant) =>
        instant is null ? "" : Format(instant.ToDateTimeOffset());
}
