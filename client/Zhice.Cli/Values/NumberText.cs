using System.Globalization;

namespace Zhice.Cli.Values;

/// <summary>Numbers for people.</summary>
internal static class NumberText
{
    /// <summary>Fen as yuan, "1,234.50".</summary>
    public static string Yuan(double fen) => (fen / 100).ToString("N2", CultureInfo.InvariantCulture);

    /// <summary>A probability, "0.0213".</summary>
    public static string Probability(double probability) => probability.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A whole number, "41,188".</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of customers, "1 customer", "2 customers".</summary>
    public static string Customers(long count) => $"{Count(count)} customer{(count == 1 ? "" : "s")}";
}
