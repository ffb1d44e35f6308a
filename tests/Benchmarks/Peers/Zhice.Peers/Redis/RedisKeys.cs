using System.Globalization;
using StackExchange.Redis;
using Zhice.Case;

namespace Zhice.Peers.Redis;

/// <summary>How a customer lies in Redis: a hash of tags and a hash of counters, with short names, as one saves memory.</summary>
internal static class RedisKeys
{
    // The names of the fields are places in base 10; those of the counters are the kinds of scopes that caps have.
    private static readonly RedisValue[] Places =
        [.. Enumerable.Range(0, CaseTags.Count).Select(static place => (RedisValue)place.ToString(CultureInfo.InvariantCulture))];

    private static readonly RedisValue[] Counters = ["all", "channel", "category", "action", "treatment"];

    public static RedisKey Tags(string id) => "t:" + id;

    public static RedisKey Caps(string id) => "c:" + id;

    public static HashEntry[] ToTags(CaseCustomer customer) =>
    [
        .. Places.Select((name, place) => new HashEntry(name, place == CaseTags.City ? customer.City : customer.Values[place])),
    ];

    public static HashEntry[] ToCaps(CaseCustomer customer) =>
    [
        .. Counters.Select(name => new HashEntry(name, customer.Contacts)), new("of", customer.ContactedAction),
    ];

    public static CaseCustomer Read(HashEntry[] tags, HashEntry[] caps)
    {
        var customer = new CaseCustomer();
        foreach (var tag in tags)
        {
            var place = (int)tag.Name;
            if (place == CaseTags.City)
            {
                customer.City = tag.Value.ToString();
            }
            else
            {
                customer.Values[place] = (long)tag.Value;
            }
        }

        foreach (var cap in caps)
        {
            if (cap.Name == "of")
            {
                customer.ContactedAction = (int)cap.Value;
            }
            else
            {
                customer.Contacts = Math.Max(customer.Contacts, (int)cap.Value);
            }
        }

        return customer;
    }
}
