using System.Numerics;
using Zhice.Domain.Audiences;
using Zhice.Domain.Expressions.Columns;

namespace Zhice.Grains.Audiences;

/// <summary>The rows of an index for which a plan holds.</summary>
internal static class AudienceMatch
{
    /// <summary>A bit for each row; a plan that is null holds for everyone.</summary>
    public static void Fill(BucketIndex index, ExpressionPlan? plan, Span<ulong> matches)
    {
        if (plan is not null)
        {
            plan.Match(index, matches);
            return;
        }

        matches.Fill(ulong.MaxValue);
        if (index.RowCount % 64 != 0)
        {
            matches[^1] = (1UL << (index.RowCount % 64)) - 1;
        }
    }

    /// <summary>The numbers of the rows.</summary>
    public static List<int> RowsOf(BucketIndex index, ExpressionPlan? plan)
    {
        var matches = new ulong[WordsOf(index)];
        Fill(index, plan, matches);
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

    /// <summary>How many words the bits take.</summary>
    public static int WordsOf(BucketIndex index) => (index.RowCount + 63) / 64;
}
