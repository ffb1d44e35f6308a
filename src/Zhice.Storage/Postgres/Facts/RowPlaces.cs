using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Zhice.Storage.Postgres.Facts;

/// <summary>The places of rows in a table as numbers: the block, and the place in the block, which takes 16 bits.</summary>
internal static class RowPlaces
{
    private const int BitsInBlock = 16;
    private const long InBlock = (1 << BitsInBlock) - 1;

    /// <summary>The number of the first place of a block.</summary>
    public static long FirstOf(long block) => block << BitsInBlock;

    /// <summary>A place as a parameter, to be cast to tid.</summary>
    public static NpgsqlParameter Parameter(long number) => new NpgsqlParameter<string>
    {
        TypedValue = string.Create(CultureInfo.InvariantCulture, $"({number >> BitsInBlock},{number & InBlock})"),
        NpgsqlDbType = NpgsqlDbType.Text,
    };

    /// <summary>The number of a place as the server writes it, such as (12,3).</summary>
    public static long ToNumber(string place)
    {
        var comma = place.IndexOf(',', StringComparison.Ordinal);
        return (long.Parse(place.AsSpan(1, comma - 1), CultureInfo.InvariantCulture) << BitsInBlock)
            | long.Parse(place.AsSpan(comma + 1, place.Length - comma - 2), CultureInfo.InvariantCulture);
    }
}
