using System.Globalization;
using System.Text;

namespace Zhice.Bench.Customers;

/// <summary>The written tags of model customers as a file that a data engineer would load: t1 to t60.</summary>
internal static class ModelFile
{
    private const long DayMs = 86_400_000;

    public static void Write(string path, int customers, long nowMs)
    {
        var chance = new Random(1);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" };
        file.WriteLine("customer_id," + string.Join(',', Enumerable.Range(1, ModelCustomer.TagCount).Select(static tag => $"t{tag}")));
        for (var number = 0; number < customers; number++)
        {
            file.Write(ModelCustomer.IdOf(number));
            for (var tag = 1; tag <= ModelCustomer.TagCount; tag++)
            {
                file.Write(',');
                file.Write(Value(tag, chance, nowMs));
            }

            file.WriteLine();
        }
    }

    private static string Value(int tag, Random chance, long nowMs) => (tag % 15) switch
    {
        < 6 => chance.Next(2) == 1 ? "true" : "false",
        < 9 => chance.Next(1_000).ToString(CultureInfo.InvariantCulture),
        < 11 => (chance.NextInt64(10_000_000_000) / 10_000m).ToString(CultureInfo.InvariantCulture),
        < 13 => $"v{chance.Next(1, 12)}",
        13 =>
            DateTimeOffset.FromUnixTimeMilliseconds(nowMs - chance.NextInt64(900 * DayMs))
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => chance.NextInt64(13_000_000_000, 19_000_000_000).ToString(CultureInfo.InvariantCulture),
    };
}
