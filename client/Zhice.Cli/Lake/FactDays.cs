using System.Globalization;
using Zhice.Cli.Running;

namespace Zhice.Cli.Lake;

/// <summary>The days of a lake of facts, each in a folder of its own.</summary>
internal static class FactDays
{
    /// <summary>A day as it is written.</summary>
    public static string Format(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Reads a day.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static DateOnly Parse(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : throw new UsageException($"'{text}' is no day; write it as 2026-11-29.");

    /// <summary>The day of a date column, by the instant at which the day begins there.</summary>
    public static DateOnly FromStart(long ms) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(ms).AddHours(12));

    /// <summary>The file of a day.</summary>
    public static string GetFile(string folder, DateOnly day) => Path.Combine(folder, $"recorded_on={Format(day)}", "facts.parquet");
}
