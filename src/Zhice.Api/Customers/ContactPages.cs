using System.Buffers.Binary;
using Zhice.Api.Requests;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using FeedbackType = Zhice.V1.FeedbackType;

namespace Zhice.Api.Customers;

/// <summary>The place of a contact in the list: the latest first, and of one instant by id. New contacts move nothing.</summary>
internal readonly record struct ContactPlace(long AtMs, ContactId Id) : IComparable<ContactPlace>
{
    private const int Bytes = 26;

    public int CompareTo(ContactPlace other)
    {
        var order = other.AtMs.CompareTo(AtMs);
        order = order != 0 ? order : Id.Decision.High.CompareTo(other.Id.Decision.High);
        order = order != 0 ? order : Id.Decision.Low.CompareTo(other.Id.Decision.Low);
        return order != 0 ? order : Id.Action.CompareTo(other.Id.Action);
    }

    public string ToToken(string customerId)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, AtMs);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Id.Decision.High);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Id.Decision.Low);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[24..], Id.Action);
        return PageToken.Write(GetListName(customerId), bytes);
    }

    public static ContactPlace? Read(string customerId, string token, RequestCheck check)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return PageToken.TryRead(GetListName(customerId), token, bytes, check)
            ? new(
                BinaryPrimitives.ReadInt64LittleEndian(bytes),
                new(
                    new(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])),
                    BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..])))
            : null;
    }

    private static string GetListName(string customerId) => "contacts/" + customerId;
}

/// <summary>Pages of what was said to a customer.</summary>
internal static class ContactPages
{
    public static ListCustomerContactsResponse Page(string customerId, ContactLog log, Catalog catalog, int size, ContactPlace? after)
    {
        var contacts = log.All.ToArray();
        Array.Sort(contacts, (a, b) => GetPlace(a).CompareTo(GetPlace(b)));
        var response = new ListCustomerContactsResponse();
        var last = default(ContactPlace);
        foreach (var contact in contacts)
        {
            if (after is { } place && GetPlace(contact).CompareTo(place) <= 0)
            {
                continue;
            }

            if (response.Contacts.Count == size)
            {
                response.NextPageToken = last.ToToken(customerId);
                break;
            }

            response.Contacts.Add(ToContact(contact, catalog));
            last = GetPlace(contact);
        }

        return response;
    }

    private static ContactPlace GetPlace(LoggedContact contact) => new(contact.AtMs, contact.Id);

    private static Contact ToContact(LoggedContact contact, Catalog catalog) => new()
    {
        ContactId = contact.Id.ToString(),
        DecisionId = contact.Id.Decision.ToString(),
        ActionId = catalog.Symbols.FindName(SymbolKind.Action, contact.Id.Action) ?? "",
        PlacementId = catalog.Symbols.FindName(SymbolKind.Placement, contact.Id.Decision.Placement) ?? "",
        ContactTime = Values.ToTimestamp(contact.AtMs),
        Answer = (FeedbackType)contact.Answer,
        AnswerTime = contact.Answer == Domain.Primitives.FeedbackType.None ? null : Values.ToTimestamp(contact.AnsweredAtMs),
    };
}
