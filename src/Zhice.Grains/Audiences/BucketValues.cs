using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Audiences;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Audiences;

/// <summary>Finds what an index knows of some customers.</summary>
internal static class BucketValues
{
    /// <summary>The values, in the order of the question.</summary>
    /// <param name="index">The index; nobody else works with it.</param>
    /// <param name="match">The condition; null for none.</param>
    /// <param name="tag">The tag; null for none.</param>
    /// <param name="question">Which customers.</param>
    public static ImmutableArray<CustomerValue> Find(BucketIndex index, AudienceMatch? match, TagDefinition? tag, BucketValuesQuestion question)
    {
        index.NowMs = question.NowMs;
        var places = new Dictionary<ulong, int>(question.Customers.Length);
        for (var i = 0; i < question.Customers.Length; i++)
        {
            places[question.Customers[i]] = i;
        }

        var matches = new ulong[AudienceMatch.CountWords(index)];
        match?.Fill(index, matches);
        var refusing = index.Refusing(0, index.RowCount);
        var found = new CustomerValue[question.Customers.Length];
        for (var row = 0; row < index.RowCount; row++)
        {
            // Of who refused that the profile is used for marketing, marketing learns nothing.
            if (!Has(refusing, row) && places.TryGetValue(CustomerBucket.Hash(index.GetKey(row)), out var place))
            {
                found[place] = new(
                    tag is not null && index.TryGet(row, tag, out var bits) ? bits : null, match is null ? null : Has(matches, row));
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(found);
    }

    private static bool Has(ReadOnlySpan<ulong> bits, int row) => row / 64 < bits.Length && (bits[row / 64] >> (row % 64) & 1) != 0;
}
