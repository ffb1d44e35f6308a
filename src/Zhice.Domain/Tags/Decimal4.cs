using System.Globalization;

namespace Zhice.Domain.Tags;

/// <summary>Decimal numbers with 4 decimals, exact, held as whole numbers × 10,000.</summary>
public static class Decimal4
{
    /// <summary>What a number is multiplied by.</summary>
    public const long Scale = 10_000;

    /// <summary>Reads a number such as "-36.4"; false when it is none, has more than 4 decimals, or is too large.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long scaled)
    {
        scaled = 0;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > (decimal)long.MaxValue / Scale)
        {
            return false;
        }

        number *= Scale;
        scaled = (long)number;
        return scaled == number;
    }

    /// <summary>The number as text, without needless zeros.</summary>
    public static string Format(long scaled) =>
        ((decimal)scaled / Scale).ToString("0.####", CultureInfo.InvariantCulture);
}
