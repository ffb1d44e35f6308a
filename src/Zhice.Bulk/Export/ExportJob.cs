using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Export;

/// <summary>A file to write.</summary>
/// <param name="Path">Where.</param>
/// <param name="Format">How.</param>
/// <param name="Catalog">The catalogue whose names are written.</param>
/// <param name="Tags">The tags, in the order of their columns.</param>
/// <param name="Consents">The consents, in the order of their columns.</param>
public sealed record ExportJob(
    string Path, BulkFormat Format, Catalog Catalog, ImmutableArray<TagDefinition> Tags,
    ImmutableArray<(ushort Channel, Purpose Purpose)> Consents)
{
    /// <summary>Whether all customers are of one instant, and read in one piece; else each is of its own.</summary>
    public bool IsOfOneInstant { get; init; }

    /// <summary>Of how many rows a group of Parquet has at least, but the last.</summary>
    internal int MinRowsInGroup { get; init; } = 20_000;

    /// <summary>The job for these tags, or all that are written, and all consents or none.</summary>
    public static ExportJob Create(
        string path, BulkFormat format, Catalog catalog, IReadOnlyCollection<string> tagIds, bool hasConsents) => new(
        path,
        format,
        catalog,
        [.. tagIds.Count > 0 ? tagIds.Distinct().Select(id => catalog.TagsById[id]) : catalog.Tags.Where(tag => tag.Live is null)],
        hasConsents
            ? [.. GetConsents(catalog)]
            : []);

    // What can be said in this catalogue.
    private static IEnumerable<(ushort Channel, Purpose Purpose)> GetConsents(Catalog catalog)
    {
        ushort[] channels = [0, .. catalog.Channels.Values.Select(channel => channel.Number).Order()];
        return channels.Select(channel => (channel, Purpose.Marketing))
            .Concat(
                channels.Where(channel => catalog.ContactPolicy.AsksConsent(channel, Purpose.Service))
                    .Select(channel => (channel, Purpose.Service)))
            .Append(((ushort)0, Purpose.Personalization));
    }

    /// <summary>The name of a consent's column.</summary>
    internal string GetColumnName((ushort Channel, Purpose Purpose) consent) => Columns.ColumnMap.FormatName(
        consent.Channel == 0 ? null : Catalog.Symbols.FindName(SymbolKind.Channel, consent.Channel), consent.Purpose);
}
