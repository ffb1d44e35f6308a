using Zhice.Contracts.Catalogs;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Catalogs;

/// <summary>The versions of the catalogue that are kept, and the numbers of all names ever used.</summary>
[GenerateSerializer, Alias("zhice.catalog-history")]
internal sealed class CatalogHistory
{
    /// <summary>How many versions are kept.</summary>
    public const int Kept = 32;

    /// <summary>The versions, the newest last.</summary>
    [Id(0)]
    public List<KeptCatalog> Versions { get; init; } = [];

    /// <summary>All names in the order of their numbers.</summary>
    [Id(1)]
    public List<Symbol> Symbols { get; init; } = [];

    /// <summary>A history with one more version.</summary>
    public CatalogHistory With(KeptCatalog next, SymbolTable symbols) => new()
    {
        Versions = [.. Versions.TakeLast(Kept - 1), next],
        Symbols = [.. symbols.Symbols],
    };
}

/// <summary>A version with its definition, a <c>zhice.v1.Catalog</c> as bytes.</summary>
[GenerateSerializer, Immutable, Alias("zhice.kept-catalog")]
internal sealed record KeptCatalog([property: Id(0)] CatalogVersionRecord Record, [property: Id(1)] byte[] Definition);
