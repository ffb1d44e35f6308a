using System.Collections.Immutable;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Values;

/// <summary>What the audience index knows of the customers of a campaign.</summary>
/// <param name="customers">How many customers.</param>
/// <param name="type">The type of the tag with the AUM; null for none.</param>
/// <param name="asksChurn">Whether a condition says who has churned.</param>
internal sealed class IndexedValues(int customers, TagType? type, bool asksChurn)
{
    private const long FenAYuan = 100;

    // A larger one is a mistake in the data.
    private const long MaxYuan = 1_000_000_000_000_000;

    private const long NotKnown = long.MinValue;

    private readonly long[] _fen = type is null ? [] : Fill(customers);
    private readonly sbyte[] _churned = asksChurn ? new sbyte[customers] : [];

    /// <summary>Takes in what a bucket answered.</summary>
    public void Set(int[] numbers, ImmutableArray<CustomerValue> values)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            if (type is not null)
            {
                _fen[numbers[i]] = values[i].Bits is { } bits ? ToFen(bits) : NotKnown;
            }

            if (asksChurn)
            {
                _churned[numbers[i]] = (sbyte)(values[i].Holds switch { true => 1, false => -1, null => 0 });
            }
        }
    }

    /// <summary>The AUM, in fen; null where it is not known.</summary>
    public long? GetAumFen(int number) => type is null || _fen[number] == NotKnown ? null : _fen[number];

    /// <summary>Whether the condition says that the customer has churned; null where it is not known.</summary>
    public bool? IsChurned(int number) => !asksChurn || _churned[number] == 0 ? null : _churned[number] > 0;

    private long ToFen(long bits) => type == TagType.Decimal
        ? (long)Math.Round((decimal)bits * FenAYuan / Decimal4.Scale, MidpointRounding.AwayFromZero)
        : Math.Abs((decimal)bits) <= MaxYuan ? bits * FenAYuan : NotKnown;

    private static long[] Fill(int customers)
    {
        var values = new long[customers];
        Array.Fill(values, NotKnown);
        return values;
    }
}
