using Google.Protobuf.Collections;
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
    private const int MaxEarlier = 50;

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
        CheckEarlier(request.Earlier, check);
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
            var edited = CatalogText.Read(ReadEarlier(before, request.Earlier), request.Part, request.Id, request.Text);
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
        catch (EarlierEditException fault)
        {
            response.Faults.Add(new CatalogTextFault { Description = fault.Message });
        }
        catch (CatalogFileException fault)
        {
            response.Faults.Add(new CatalogTextFault { Line = (int)fault.Line, Column = (int)fault.Column, Description = fault.Fault });
        }

        return response;
    }

    // What an earlier edit made is as sound as it was; that its text cannot be read any more is said of it, as it has no place in this text.
    private static Catalog ReadEarlier(Catalog catalog, RepeatedField<CatalogTextEdit> earlier)
    {
        foreach (var edit in earlier)
        {
            try
            {
                catalog = CatalogText.Read(catalog, edit.Part, edit.Id, edit.Text).Catalog;
            }
            catch (CatalogFileException fault)
            {
                throw new EarlierEditException(
                    $"The earlier edit of {edit.Part} '{edit.Id}' cannot be read, in line {fault.Line}: {fault.Fault} Edit it again, or leave it out.");
            }
        }

        return catalog;
    }

    private static void CheckEarlier(RepeatedField<CatalogTextEdit> earlier, RequestCheck check)
    {
        if (earlier.Count > MaxEarlier)
        {
            check.Add("earlier", FieldReasons.TooMany, $"has {earlier.Count} edits; at most {MaxEarlier} are allowed");
        }

        if (earlier.Sum(static edit => (long)edit.Text.Length) > CatalogText.MaxCharacters)
        {
            check.Add("earlier", FieldReasons.TooLong, $"has texts of more than {CatalogText.MaxCharacters} characters together");
        }

        for (var i = 0; i < earlier.Count && i < MaxEarlier; i++)
        {
            CheckPart(earlier[i].Part, earlier[i].Id, check, $"earlier[{i}].");
        }
    }

    private static void CheckPart(string part, string id, RequestCheck check, string within = "")
    {
        check.Text($"{within}id", id, RequestCheck.MaxIdBytes);
        if (!CatalogText.Fields.Contains(part, StringComparer.Ordinal))
        {
            check.Unknown($"{within}part", "part of the catalogue", part, CatalogText.Fields);
        }
    }

    /// <summary>An edit that was to be made first is wrong.</summary>
    private sealed class EarlierEditException(string message) : Exception(message);
}
