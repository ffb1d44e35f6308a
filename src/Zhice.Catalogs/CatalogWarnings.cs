using System.Globalization;
using Zhice.Domain.Learning;

namespace Zhice.Catalogs;

/// <summary>What a catalogue may say, and may not mean.</summary>
public static class CatalogWarnings
{
    private const int MaxNamed = 10;

    /// <summary>The warnings, each a sentence.</summary>
    public static IEnumerable<string> Find(V1.Catalog catalog)
    {
        string[] unread = [.. catalog.Tags.Where(static tag => IsLeftOut(tag)).Select(static tag => tag.TagId)];
        if (unread.Length > 0)
        {
            var named = string.Join(", ", unread.Take(MaxNamed));
            yield return $"Models do not read {Count(unread.Length, "tag")} of strings or sensitive values: {named}{(unread.Length > MaxNamed ? ", ..." : "")}. "
                + "Let model_feature say included, or excluded when that is meant.";
        }

        var read = catalog.Tags.Count(static tag => !IsExcluded(tag) && !IsLeftOut(tag) && !IsLiveString(tag));
        if (read > FeatureVector.MaxTags)
        {
            yield return $"Models read {Count(read, "tag")} and see at most {FeatureVector.MaxTags} of a customer: the call's context first, then live tags, then "
                + "written tags in the order in which the catalogue first had them. Let model_feature exclude what tells little.";
        }
    }

    private static bool IsExcluded(V1.TagDefinition tag) => tag.ModelFeature?.Excluded ?? false;

    private static bool IsLiveString(V1.TagDefinition tag) => tag is { Type: V1.TagType.String, Live: not null };

    private static bool IsLeftOut(V1.TagDefinition tag) =>
        !IsExcluded(tag) && !IsLiveString(tag) && !(tag.ModelFeature?.Included ?? false)
            && (tag.Sensitive || tag.Protection?.Level >= Domain.Tags.TagProtection.SensitiveLevel || tag.Type == V1.TagType.String);

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
