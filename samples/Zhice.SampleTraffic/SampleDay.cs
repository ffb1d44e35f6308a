using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Zhice.BankMarketing;
using Zhice.Client;
using Zhice.V1;
using Value = Zhice.V1.Value;

namespace Zhice.SampleTraffic;

/// <summary>A day of the sample bank: who comes by, and by whom it is played. The same seed chooses the same customers.</summary>
/// <param name="operations">Calls as a person who writes campaigns.</param>
/// <param name="approver">Calls as the person who approves them.</param>
/// <param name="customers">How many customers come by.</param>
/// <param name="seed">Chooses them, and what they do.</param>
public sealed class SampleDay(ZhiceClient operations, ZhiceClient approver, int customers, int seed)
{
    /// <summary>The person who writes campaigns.</summary>
    public const string Operator = "sample-operator";
    /// <summary>The person who approves them.</summary>
    public const string Approver = "sample-approver";

    // Prime, and no divisor of the number of rows: a stride over it meets each customer once.
    private const int Stride = 7_919;

    private static readonly TimeProvider Clock = TimeProvider.System;

    /// <summary>Calls as a person who writes campaigns, serves customers and sees reports.</summary>
    public ZhiceClient Operations => operations;

    /// <summary>Calls as the person who approves campaigns.</summary>
    public ZhiceClient Approval => approver;

    /// <summary>How many customers come by.</summary>
    public int Customers => customers;

    /// <summary>How many steps of progress a day has: one for each customer, and one for each of the parts beside them.</summary>
    public int Steps => customers + SamplePlay.Parts;

    /// <summary>Distinguishes this day from others: in the ids of its events and campaigns.</summary>
    public string Run { get; } = Clock.GetUtcNow().ToString("MMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>A customer of the day, by place from 0.</summary>
    internal string GetCustomer(int place) => string.Create(
        CultureInfo.InvariantCulture,
        $"bm-{((((long)place + seed) * Stride) % BankMarketingFile.RowCount) + 1:D6}");

    /// <summary>What happens by chance to a customer in a part of the day: the same for the same seed.</summary>
    internal Random GetChance(int place, int part) => new(HashCode(seed, place, part));

    /// <summary>An event of the day, some time ago.</summary>
    internal Event CreateEvent(
        string customerId, string name, string typeId, TimeSpan ago, string channelId, params (string Name, Value Value)[] properties)
    {
        var made = new Event
        {
            EventId = $"sample-{Run}-{customerId}-{name}",
            CustomerId = customerId,
            EventTypeId = typeId,
            ChannelId = channelId,
            EventTime = Timestamp.FromDateTimeOffset(Clock.GetUtcNow() - ago),
        };
        foreach (var (property, value) in properties)
        {
            made.Properties.Add(property, value);
        }

        return made;
    }

    /// <summary>A customer's answer to an offer or a contact.</summary>
    internal Event CreateAnswer(
        string customerId, string name, FeedbackType type, string actionId, string decisionId = "", string contactId = "") => new()
    {
        EventId = $"sample-{Run}-{customerId}-{name}-{type}",
        CustomerId = customerId,
        Feedback = new() { Type = type, ActionId = actionId, DecisionId = decisionId, ContactId = contactId },
    };

    /// <summary>An amount in yuan, in steps of 100.</summary>
    internal static Value Amount(Random chance, int most) =>
        new() { DecimalValue = (100 * (1 + chance.Next(most / 100))).ToString(CultureInfo.InvariantCulture) };

    internal static Value Text(string text) => new() { StringValue = text };

    // HashCode.Combine differs in each process.
    private static int HashCode(int a, int b, int c) => unchecked((((a * 486_187_739) + b) * 486_187_739) + c);
}
