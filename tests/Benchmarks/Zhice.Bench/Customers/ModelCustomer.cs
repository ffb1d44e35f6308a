using System.Collections.Immutable;
using System.Globalization;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Bench.Customers;

/// <summary>
/// An active customer of a retail bank as the benchmarks model one: 60 written tags (24 flags, 20 numbers, 8 enums,
/// 4 instants, 4 texts; 6 of them expire), 24 events of the last week that feed about 12 live tags, 9 contacts in the
/// last month so that caps of a day, a week and a month on all contacts, channels, categories and actions are in use,
/// 4 answers, 3 consents, 2 answered requests. Journeys are not in the domain yet and count for nothing.
/// </summary>
internal static class ModelCustomer
{
    /// <summary>How many written tags it has.</summary>
    public const int TagCount = 60;

    private const long DayMs = 86_400_000;

    private static readonly string[] Events =
        ["login", "app_open", "page_view", "wealth_page_view", "transfer", "card_payment", "bill_payment", "salary_received"];

    private static readonly string[] Placements = [.. SampleCatalog.Catalog.Placements.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The id of the n-th customer: 16 digits, as on a card.</summary>
    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"6222{number:D12}");

    /// <summary>A customer's state.</summary>
    /// <param name="seed">The same seed and instant give the same customer.</param>
    /// <param name="nowMs">The instant at which they are so, unix milliseconds.</param>
    public static CustomerState Create(int seed, long nowMs)
    {
        var chance = new Random(seed);
        var catalog = SampleCatalog.Catalog;
        var state = new CustomerState();
        for (var tag = 1; tag <= TagCount; tag++)
        {
            var expiresAtMs = tag % 10 == 5 ? nowMs + (chance.Next(1, 90) * DayMs) : 0;
            state.Tags.Set((ushort)tag, ValueOf(tag, chance, nowMs), nowMs - chance.NextInt64(30 * DayMs), TagSource.Import, expiresAtMs);
        }

        for (var i = 0; i < 24; i++)
        {
            EventRecording.Record(
                state, Happened($"e-{seed}-{i}", Events[chance.Next(Events.Length)], nowMs - ((24 - i) * DayMs / 4), chance), catalog,
                nowMs);
        }

        AddContacts(state, seed, chance, nowMs);
        state.Consents.Set(0, Purpose.Marketing, true, nowMs - (200 * DayMs));
        state.Consents.Set(catalog.Channels["sms"].Number, Purpose.Marketing, false, nowMs - (100 * DayMs));
        state.Consents.Set(catalog.Channels["push"].Number, Purpose.Marketing, true, nowMs - (100 * DayMs));
        state.AnsweredRequests.Add($"r-{seed}-1", (ulong)chance.NextInt64(), nowMs - DayMs, 40, []);
        state.AnsweredRequests.Add($"r-{seed}-2", (ulong)chance.NextInt64(), nowMs, 41, []);
        return state;
    }

    /// <summary>An event as a customer's app reports it.</summary>
    public static CustomerEvent Happened(string id, string type, long atMs, Random chance) => new()
    {
        Id = id,
        Type = SampleCatalog.Catalog.EventTypes[type],
        AtMs = atMs,
        Channel = SampleCatalog.Catalog.Channels["app"].Number,
        Properties = type switch
        {
            "page_view" => [new("page", TagValue.String($"page{chance.Next(20)}"))],
            "transfer" or "card_payment" or "bill_payment" or "salary_received" =>
                [new("amount", TagValue.Decimal(chance.NextInt64(1, 50_000_000)))],
            _ => ImmutableArray<EventProperty>.Empty,
        },
    };

    private static TagValue ValueOf(int tag, Random chance, long nowMs) => (tag % 15) switch
    {
        < 6 => TagValue.Bool(chance.Next(2) == 1),
        < 9 => TagValue.Integer(chance.Next(1_000)),
        < 11 => TagValue.Decimal(chance.NextInt64(10_000_000_000)),
        < 13 => TagValue.Enum((ushort)chance.Next(1, 12)),
        13 => TagValue.Time(nowMs - chance.NextInt64(900 * DayMs)),
        _ => TagValue.String(chance.NextInt64(13_000_000_000, 19_000_000_000).ToString(CultureInfo.InvariantCulture)),
    };

    private static void AddContacts(CustomerState state, int seed, Random chance, long nowMs)
    {
        var catalog = SampleCatalog.Catalog;
        var marketing = catalog.Actions.Where(action => action.Purpose == Purpose.Marketing).Take(16).ToArray();
        for (var i = 0; i < 9; i++)
        {
            var atMs = nowMs - ((9 - i) * 3 * DayMs) - chance.NextInt64(DayMs);
            var placement = catalog.Placements[Placements[chance.Next(3)]].Number;
            var decision = DecisionId.Create(atMs, placement, IdOf(seed));
            var contact = new ContactId(decision, marketing[chance.Next(6)].Number);
            EventRecording.CountContact(state, contact, atMs, catalog);
            if (i % 2 == 1)
            {
                state.ContactLog.Answer(contact, i == 5 ? FeedbackType.Dismissal : FeedbackType.Click, atMs + 60_000);
            }
        }
    }
}
