using Zhice.Catalogs;
using Zhice.Catalogs.Yaml;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;

namespace Zhice.Bench.Customers;

/// <summary>The catalogue of the sample bank, which the benchmarks decide by.</summary>
internal static class SampleCatalog
{
    /// <summary>As the API takes it.</summary>
    public static V1.Catalog Definition { get; } = CatalogFiles.Read(Path.Combine(AppContext.BaseDirectory, "catalog"));

    /// <summary>As a silo uses it: version 1.</summary>
    public static Catalog Catalog { get; } = CatalogCompiler.Compile(Definition, SymbolTable.Empty, 1).Catalog!;
}
