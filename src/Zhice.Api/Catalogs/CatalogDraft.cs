using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Catalogs;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Catalogs;

/// <summary>A catalogue that a call brings to try it.</summary>
internal static class CatalogDraft
{
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>
    /// The draft in the field <c>draft</c>, compiled; the one in force when there is none, or when it has faults, which are noted.
    /// </summary>
    public static Catalog Read(V1.Catalog? draft, Catalog now, RequestCheck check)
    {
        if (draft is null)
        {
            return now;
        }

        if (draft.CalculateSize() is var bytes and > MaxBytes)
        {
            check.Add("draft", FieldReasons.TooLong, $"has {bytes} bytes; at most {MaxBytes} are allowed");
            return now;
        }

        var compilation = CatalogCompiler.Compile(draft, now.Symbols, now.Version + 1);
        foreach (var fault in compilation.Faults)
        {
            check.Add($"draft.{fault.Path}", FieldReasons.CatalogFault, fault.Description);
        }

        return compilation.Catalog ?? now;
    }
}
