using System.Buffers.Binary;
using Zhice.Api.Requests;
using Zhice.Contracts.Customers;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using ConsentSource = Zhice.V1.ConsentSource;
using ConsentStatement = Zhice.V1.ConsentStatement;
using Purpose = Zhice.V1.Purpose;

namespace Zhice.Api.Customers;

/// <summary>The history of consent page by page: the latest first. New words move nothing that is older.</summary>
internal static class ConsentPages
{
    private const int PlaceBytes = 16;

    /// <summary>Where a page begins, by its token; null with a violation when it is none of this customer's.</summary>
    public static PlacedAt? Read(string customerId, string token, RequestCheck check)
    {
        Span<byte> place = stackalloc byte[PlaceBytes];
        return PageToken.TryRead(GetListName(customerId), token, place, check)
            ? new(BinaryPrimitives.ReadInt64LittleEndian(place), BinaryPrimitives.ReadInt64LittleEndian(place[8..]))
            : null;
    }

    /// <summary>A page of the words that were found, one more than the page has when others follow.</summary>
    public static ListConsentStatementsResponse Page(string customerId, IReadOnlyList<PlacedWord> found, int size, Catalog catalog)
    {
        var response = new ListConsentStatementsResponse();
        foreach (var (_, word) in found.Take(size))
        {
            response.Statements.Add(new ConsentStatement
            {
                ChannelId = catalog.Symbols.FindName(SymbolKind.Channel, word.Channel) ?? "",
                Purpose = (Purpose)word.Purpose,
                Granted = word.IsGranted,
                ConsentTime = Values.ToTimestamp(word.AtMs),
                Source = (ConsentSource)word.Source,
                EvidenceId = word.EvidenceId,
                Actor = word.Actor,
                RecordTime = Values.ToTimestamp(word.RecordedAtMs),
            });
        }

        if (found.Count > size)
        {
            Span<byte> place = stackalloc byte[PlaceBytes];
            BinaryPrimitives.WriteInt64LittleEndian(place, found[size - 1].Place.AtMs);
            BinaryPrimitives.WriteInt64LittleEndian(place[8..], found[size - 1].Place.Number);
            response.NextPageToken = PageToken.Write(GetListName(customerId), place);
        }

        return response;
    }

    private static string GetListName(string customerId) => $"consents/{customerId}";
}
