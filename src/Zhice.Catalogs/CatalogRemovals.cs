using System.Globalization;

namespace Zhice.Catalogs;

/// <summary>What a new version of the catalogue no longer has, where that is so much that it may be a mistake.</summary>
public static class CatalogRemovals
{
    private const int MaxNamed = 10;

    /// <summary>A sentence for each kind of thing of which more than half would go; those that are renamed stay.</summary>
    /// <param name="before">The version in force.</param>
    /// <param name="next">The next.</param>
    public static IEnumerable<string> Find(V1.Catalog before, V1.Catalog next)
    {
        (string What, IEnumerable<string> Before, IEnumerable<string> Next)[] kinds =
        [
            (
                "channels", before.Channels.Select(static each => each.ChannelId),
                next.Channels.SelectMany(static each => each.Formerly.Append(each.ChannelId))),
            (
                "placements", before.Placements.Select(static each => each.PlacementId),
                next.Placements.SelectMany(static each => each.Formerly.Append(each.PlacementId))),
            (
                "actions", before.Actions.Select(static each => each.ActionId),
                next.Actions.SelectMany(static each => each.Formerly.Append(each.ActionId))),
            ("tags", before.Tags.Select(static each => each.TagId), next.Tags.SelectMany(static each => each.Formerly.Append(each.TagId))),
        ];
        foreach (var (what, had, has) in kinds)
        {
            string[] all = [.. had.Distinct(StringComparer.Ordinal)];
            string[] gone = [.. all.Except(has, StringComparer.Ordinal)];
            if (2 * gone.Length > all.Length)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{gone.Length:N0} of {all.Length:N0} {what} would be removed: {string.Join(", ", gone.Take(MaxNamed))}{(gone.Length > MaxNamed ? ", ..." : "")}.");
            }
        }
    }
}
