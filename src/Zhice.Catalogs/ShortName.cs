namespace Zhice.Catalogs;

/// <summary>Names that callers sent, as they are shown in sentences.</summary>
public static class ShortName
{
    /// <summary>The name, cut where it is longer than an id may be.</summary>
    public static string Shorten(string name) => name.Length <= CatalogIds.MaxLength ? name : name[..CatalogIds.MaxLength] + "…";
}
