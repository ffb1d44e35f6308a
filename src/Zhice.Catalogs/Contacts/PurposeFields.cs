using Google.Protobuf.Collections;
using Zhice.Domain.Contacts;

namespace Zhice.Catalogs.Contacts;

/// <summary>Reads which purposes a part of the contact policy binds.</summary>
internal static class PurposeFields
{
    /// <summary>The purposes of a list; marketing when it is empty.</summary>
    public static BoundPurposes Bound(string path, RepeatedField<V1.Purpose> purposes, CatalogFaults faults)
    {
        var bound = BoundPurposes.None;
        for (var i = 0; i < purposes.Count && !faults.IsFull; i++)
        {
            var purpose = purposes[i] switch
            {
                V1.Purpose.Marketing => BoundPurposes.Marketing,
                V1.Purpose.Service => BoundPurposes.Service,
                _ => BoundPurposes.None,
            };
            if (purpose == BoundPurposes.None)
            {
                faults.Add(
                    $"{path}[{i}]", $"'{purposes[i].ToString().ToLowerInvariant()}' cannot be bound; it is one of marketing, service");
            }
            else if ((bound & purpose) != 0)
            {
                faults.Add($"{path}[{i}]", $"'{purposes[i].ToString().ToLowerInvariant()}' is there already; each purpose is there once");
            }

            bound |= purpose;
        }

        return bound == BoundPurposes.None ? BoundPurposes.Marketing : bound;
    }
}
