using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Catalogs;
using Zhice.Catalogs.Yaml;
using Zhice.Contracts.Catalogs;
using Zhice.V1;
using CompiledCatalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Catalogs;

/// <summary>Parts of the catalogue as text, for editors.</summary>
internal static class CatalogTexts
{
    private const int MaxFaults = 100;

    /// <summary>The text of a part.</summary>
    public static GetCatalogTextResponse Write(GetCatalogTextRequest request, CatalogDocument document)
    {
        var check = new RequestCheck();
        CheckPart(request.Part, request.Id, check);
        check.ThrowIfAny();
        return new()
        {
            Text = CatalogText.Write(Catalog.Parser.ParseFrom(document.Definition), request.Part, request.Id) ?? throw ApiError.Fail(
                ErrorReasons.CatalogPartNotFound, $"The catalogue has no '{request.Id}' in {request.Part}.",
                ("part", request.Part), ("id", request.Id)),
            Etag = document.Version.Etag,
        };
    }

    /// <summary>What a text would make of the catalogue in force.</summary>
    public static CheckCatalogTextResponse Check(CheckCatalogTextRequest request, CatalogDocument document, CompiledCatalog inForce)
    {
        var check = new RequestCheck();
        CheckPart(request.Part, request.Id, check);
        check.Text("base_etag", request.BaseEtag, RequestCheck.MaxIdBytes);
        check.ThrowIfAny();
        if (request.BaseEtag.Length > 0 && request.BaseEtag != document.Version.Etag)
        {
            throw ApiError.Fail(
                ErrorReasons.StaleEtag, "Another version is in force than the one that was edited. Read the text again, and change that.",
                ("etag", document.Version.Etag));
        }

        var response = new CheckCatalogTextResponse { BaseEtag = document.Version.Etag };
        var before = Catalog.Parser.ParseFrom(document.Definition);
        try
        {
            var edited = CatalogText.Read(before, request.Part, request.Id, request.Text);
            response.Catalog = edited.Catalog;
            foreach (var fault in CatalogCompiler.Compile(edited.Catalog, inForce.Symbols, inForce.Version + 1).Faults.Take(MaxFaults))
            {
                var (line, column) = edited.Find(fault.Path);
                response.Faults.Add(
                    new CatalogTextFault { Line = (int)line, Column = (int)column, Path = fault.Path, Description = fault.Description });
            }

            response.Differences.AddRange(CatalogDiff.Between(before, edited.Catalog).Select(ChangeRequests.ToDifference));
            response.Warnings.AddRange(CatalogWarnings.Find(edited.Catalog));
        }
        catch (CatalogFileException fault)
        {
            response.Faults.Add(new CatalogTextFault { Line = (int)fault.Line, Column = (int)fault.Column, Description = fault.Fault });
        }

        return response;
    }

    private static void CheckPart(string part, string id, RequestCheck check)
    {
        check.Text("id", id, RequestCheck.MaxIdBytes);
        if (!CatalogText.Fields.Contains(part, StringComparer.Ordinal))
        {
            check.Unknown("part", "part of the catalogue", part, CatalogText.Fields);
        }
    }
}
