using System.Globalization;
using System.Text;

namespace Zhice.Domain.Expressions.Syntax;

/// <summary>
/// Spans of time as expressions write them: <c>7d</c>, <c>1d12h</c>, <c>90s</c>, <c>250ms</c>; each unit once, the largest first.
/// </summary>
internal static class DurationLiteral
{
    private static readonly (string Name, long Ms)[] Units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    public static bool TryParse(string text, out long ms)
    {
        ms = 0;
        var (at, unit) = (0, 0);
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            var nameStart = at;
            while (at < text.Length && char.IsAsciiLetterLower(text[at]))
            {
                at++;
            }

            var name = text[nameStart..at];
            var found = Array.FindIndex(Units, unit, known => known.Name == name);
            if (found < 0
                || !long.TryParse(text.AsSpan(start, nameStart - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || (Int128)number * Units[found].Ms + ms is var sum && sum > long.MaxValue)
            {
                return false;
            }

            (ms, unit) = ((long)((Int128)number * Units[found].Ms + ms), found + 1);
        }

        return at > 0;
    }

    public static string Format(long ms)
    {
        var text = new StringBuilder();
        foreach (var (name, unitMs) in Units)
        {
            if (ms >= unitMs)
            {
                text.Append(CultureInfo.InvariantCulture, $"{ms / unitMs}{name}");
                ms %= unitMs;
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }
}
