using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Zhice.Domain.Audiences;
using Zhice.Domain.Expressions.Columns;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Audiences;

/// <summary>A question made ready for one bucket: the rows of its index for whom it holds.</summary>
/// <param name="Plan">The condition; null: it holds for everyone.</param>
/// <param name="Purpose">What for: the profile of customers who refused its use is hidden from marketing.</param>
/// <param name="Listed">The ids of the static list that are in the bucket, as UTF-8; null: there is no list.</param>
internal sealed record AudienceMatch(ExpressionPlan? Plan, Purpose Purpose, ImmutableArray<byte[]>? Listed)
{
    /// <summary>How many words the bits take.</summary>
    public static int CountWords(BucketIndex index) => (index.RowCount + 63) / 64;

    /// <summary>A bit for each row for whom it holds.</summary>
    public void Fill(BucketIndex index, Span<ulong> matches)
    {
        if (Plan is not null)
        {
            Plan.Match(index, matches, Purpose);
        }
        else
        {
            matches.Fill(ulong.MaxValue);
            if (index.RowCount % 64 != 0)
            {
                matches[^1] = (1UL << (index.RowCount % 64)) - 1;
            }
        }

        if (Listed is { } listed)
        {
            Span<ulong> among = stackalloc ulong[matches.Length];
            foreach (var id in listed)
            {
                if (index.FindRow(id) is var row and >= 0)
                {
                    among[row / 64] |= 1UL << (row % 64);
                }
            }

            for (var word = 0; word < matches.Length; word++)
            {
                matches[word] &= among[word];
            }
        }
    }

    /// <summary>The numbers of the rows for whom it holds.</summary>
    public List<int> GetRows(BucketIndex index)
    {
        var matches = new ulong[CountWords(index)];
        Fill(index, matches);
        var rows = new List<int>();
        for (var word = 0; word < matches.Length; word++)
        {
            for (var left = matches[word]; left != 0; left &= left - 1)
            {
                rows.Add((word * 64) + BitOperations.TrailingZeroCount(left));
            }
        }

        return rows;
    }

    /// <summary>Ids as UTF-8.</summary>
    public static ImmutableArray<byte[]> Keys(ImmutableArray<string> ids) => [.. ids.Select(Encoding.UTF8.GetBytes)];
}
