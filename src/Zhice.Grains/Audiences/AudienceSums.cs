using System.Collections.Immutable;
using Zhice.Contracts.Audiences;

namespace Zhice.Grains.Audiences;

/// <summary>What several silos, or processors, have counted, together.</summary>
internal static class AudienceSums
{
    public static AudienceCounts Sum(AudienceCounts one, AudienceCounts other) => new(
        [.. one.Both.Zip(other.Both, static (a, b) => a + b)], one.All + other.All, one.Customers + other.Customers,
        one.Missing.AddRange(other.Missing),
        Math.Min(one.AsOfMs, other.AsOfMs))
    {
        Unreadable = one.Unreadable + other.Unreadable,
    };

    public static AudienceBreakdown Sum(AudienceBreakdown one, AudienceBreakdown other) => new(
        Sum(one.Numbers, other.Numbers), Sum(one.Texts, other.Texts), one.Without + other.Without, one.Missing.AddRange(other.Missing));

    private static ImmutableDictionary<T, long> Sum<T>(ImmutableDictionary<T, long> one, ImmutableDictionary<T, long> other)
        where T : notnull => one.SetItems(other.Select(each => KeyValuePair.Create(each.Key, each.Value + one.GetValueOrDefault(each.Key))));
}
