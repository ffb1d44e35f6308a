using Zhice.Catalogs;
using Zhice.Catalogs.Yaml;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.TestBank;

/// <summary>The sample bank of <c>deploy/sample</c>.</summary>
internal static class SampleBank
{
    private static readonly Lazy<CatalogCompilation> Compiled =
        new(() => CatalogCompiler.Compile(CatalogFiles.Read(CatalogFolder), SymbolTable.Empty, 1));

    public static string CatalogFolder => Path.Combine(Root, "deploy", "sample", "catalog");

    public static CatalogCompilation Compilation => Compiled.Value;

    public static Catalog Catalog => Compilation.Catalog!;

    public static Stream BankMarketingFile() =>
        File.OpenRead(Path.Combine(Root, "deploy", "sample", "bank-marketing", "bank-additional-full.csv.gz"));

    /// <summary>A value as the API reads it; fails when it does not fit the tag.</summary>
    public static TagValue ValueOf(TagDefinition tag, V1.Value value) => (tag.Type, value.KindCase) switch
    {
        (TagType.Integer, V1.Value.KindOneofCase.IntegerValue) => TagValue.Integer(value.IntegerValue),
        (TagType.Decimal, V1.Value.KindOneofCase.DecimalValue) when Decimal4.TryParse(value.DecimalValue, out var scaled) =>
            TagValue.Decimal(scaled),
        (TagType.Enum, V1.Value.KindOneofCase.StringValue) => TagValue.Enum(tag.EnumNumbers[value.StringValue]),
        _ => throw new InvalidOperationException($"{value} does not fit the tag {tag.Id} of type {tag.Type}."),
    };

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Zhice.Grains.sln")))
            {
                folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
            }

            return folder.FullName;
        }
    }
}
