using System.Globalization;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Case;

/// <summary>What is known of one customer, as any store can keep it: 60 values, and counters of contacts for the caps.</summary>
public sealed class CaseCustomer
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    // A cap never asks for more.
    private const int KeptContacts = 20;

    private static readonly (ushort Number, int Place)[] Order =
        [.. CaseTags.Ids.Select(static (id, place) => (CaseCatalog.Compiled.TagsById[id].Number, place)).Order()];

    /// <summary>The values by <see cref="CaseTags.Ids"/>: whole numbers, decimals × 10,000, unix milliseconds.</summary>
    public long[] Values { get; } = new long[CaseTags.Count];

    /// <summary>The city, the only text.</summary>
    public string City { get; set; } = "";

    /// <summary>How often the customer was contacted in the last day: of one action, so each cap counts as many.</summary>
    public int Contacts { get; set; }

    /// <summary>The number of that action, from 1.</summary>
    public int ContactedAction { get; set; } = 1;

    /// <summary>The id of a customer by its number: 16 digits, as on a card.</summary>
    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"6222{number:D12}");

    /// <summary>The number of a customer by its id.</summary>
    public static int NumberOf(string id) => int.Parse(id.AsSpan(4), CultureInfo.InvariantCulture);

    /// <summary>Makes the customer of a number: the same at each peer.</summary>
    public static CaseCustomer Create(int number, long nowMs)
    {
        var chance = new Random(number);
        var customer = new CaseCustomer
        {
            City = chance.Next(2) == 0 ? "北京" : "天津", Contacts = chance.Next(5),
            ContactedAction = chance.Next(1, CaseCatalog.Candidates + 1),
        };
        for (var fact = 0; fact < CaseTags.Facts; fact++)
        {
            customer.Values[fact] = chance.Next(5) == 0 ? 0 : chance.Next(1, 1_000);
        }

        customer.Values[CaseTags.Age] = chance.Next(20, 70);
        customer.Values[CaseTags.Assets] = chance.NextInt64(1_000_000) * Decimal4.Scale;
        customer.Values[CaseTags.Salary] = chance.NextInt64(50_000) * Decimal4.Scale;
        customer.Values[CaseTags.LastLogin] = nowMs - chance.NextInt64(90 * DayMs);
        return customer;
    }

    /// <summary>A customer to whom nothing fits but one action: by its answers the model of that action learns.</summary>
    public static CaseCustomer CreateFor(int action, long nowMs)
    {
        var customer = Create(action, nowMs);
        customer.Contacts = 0;
        customer.Values.AsSpan(0, CaseTags.Facts).Clear();
        customer.Values[(action - 1) % CaseTags.Facts] = 1;
        return customer;
    }

    /// <summary>The state to decide on.</summary>
    public CustomerState ToState(long nowMs)
    {
        var tags = new TagEntry[Order.Length];
        for (var i = 0; i < Order.Length; i++)
        {
            var (number, place) = Order[i];
            var isText = place == CaseTags.City;
            tags[i] = new(number, isText ? 0 : Values[place], isText ? City : null, nowMs, TagSource.Import, 0);
        }

        var state = new CustomerState { Tags = TagSet.Create(tags) };
        var action = CaseCatalog.Compiled.Actions[ContactedAction - 1];
        for (var n = 1; n <= Contacts; n++)
        {
            state.Contacts.Record(
                new ContactScopes(CaseCatalog.Compiled.Placements[CaseCatalog.Placement].Channel, action.Category, action.Number),
                nowMs - (n * HourMs), KeptContacts, CountMoment.Impression);
        }

        return state;
    }
}
