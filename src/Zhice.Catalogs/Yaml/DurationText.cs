using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Zhice.Catalogs.Yaml;

/// <summary>Spans as people write them: <c>7d</c>, <c>12h</c>, <c>30m</c>, <c>90s</c>, <c>1.5s</c>.</summary>
public static class DurationText
{
    private const long MaxSeconds = 315_576_000_000;
    private const decimal NanosInSecond = 1_000_000_000;

    private static readonly (char Unit, long Seconds)[] Units = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

    /// <summary>Whether it is a span by protobuf's own rules: within 10,000 years, both parts of one sign.</summary>
    public static bool IsValid(Duration span) =>
        Math.Abs((decimal)span.Seconds) <= MaxSeconds
        && span.Nanos is > -1_000_000_000 and < 1_000_000_000
        && !(span.Seconds > 0 && span.Nanos < 0)
        && !(span.Seconds < 0 && span.Nanos > 0);

    /// <summary>Reads a whole or decimal number and one unit.</summary>
    public static bool TryParse(string text, out Duration span)
    {
        span = new Duration();
        var unit = Array.FindIndex(Units, known => text.EndsWith(known.Unit));
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (unit < 0
            || !decimal.TryParse(text.AsSpan(0, text.Length - 1), Style, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > MaxSeconds)
        {
            return false;
        }

        var nanos = number * Units[unit].Seconds * NanosInSecond;
        if (nanos != decimal.Truncate(nanos) || Math.Abs(nanos) > MaxSeconds * NanosInSecond)
        {
            return false;
        }

        span.Seconds = (long)decimal.Truncate(nanos / NanosInSecond);
        span.Nanos = (int)(nanos % NanosInSecond);
        return true;
    }

    /// <summary>The span in the largest unit that gives a whole number.</summary>
    public static string Format(Duration span)
    {
        if (span.Nanos != 0)
        {
            return (span.Seconds + (span.Nanos / NanosInSecond)).ToString("0.#########", CultureInfo.InvariantCulture) + "s";
        }

        var (unit, seconds) = Units.First(known => span.Seconds % known.Seconds == 0 && (span.Seconds != 0 || known.Unit == 's'));
        return (span.Seconds / seconds).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
