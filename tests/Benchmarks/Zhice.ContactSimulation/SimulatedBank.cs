using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;

namespace Zhice.ContactSimulation;

/// <summary>A bank with every kind of rule: a page that holds slots until they are seen, texts that count when decided.</summary>
internal sealed class SimulatedBank
{
    public const long HourMs = 3_600_000;
    public const long DayMs = 24 * HourMs;
    public const ushort Page = 1;
    public const ushort Text = 2;
    public const ushort ServiceAction = 8;

    public static readonly ImmutableArray<ContactCap> Caps =
    [
        new("all_7d", CapScope.All, 0, 10, CapWindow.Sliding(7 * DayMs)) { Reserve = true, HoldLastForPriority = 5 },
        new("all_month", CapScope.All, 0, 30, CapWindow.Calendar(CalendarPeriod.Month)),
        new("each_channel_day", CapScope.Channel, 0, 3, CapWindow.Calendar(CalendarPeriod.Day)),
        new("each_category_week", CapScope.Category, 0, 5, CapWindow.Calendar(CalendarPeriod.Week)),
        new("each_treatment_3d", CapScope.Treatment, 0, 1, CapWindow.Sliding(3 * DayMs)),
    ];

    public SimulatedBank(string zoneId)
    {
        ZoneId = zoneId;
        ImmutableArray<BankAction> actions = [.. Enumerable.Range(1, 8).Select(number => new BankAction
        {
            Id = $"a{number}", Number = (ushort)number, DisplayName = "", Category = (ushort)(number % 3 + 1),
            Purpose = number == ServiceAction ? Purpose.Service : Purpose.Marketing, ValueFen = 1, Lever = 1, Rules = [], Treatments = [],
            PriorPropensity = 0.1, Priority = number,
        })];
        Catalog = new Catalog(
            1,
            SymbolTable.Empty,
            new BankCalendar(zoneId),
            [],
            [new Channel("app", Page, ""), new Channel("sms", Text, "")],
            [Placement("home", Page, actions, isCounted: false), Placement("sms", Text, actions, isCounted: true)],
            actions,
            [],
            Caps,
            new ContactRules
            {
                QuietHours = [new("sms", Text, 21 * 60, 9 * 60)],
                Spacings = [new("sms", Text, 2 * HourMs)],
                Exclusions = [new("either", [1, 2, 3], DayMs)],
                CoolDowns = [new("a4", 4, 0, 30 * DayMs, 10 * DayMs), new("category3", 0, 3, DayMs, 0)],
            });
    }

    public string ZoneId { get; }

    public Catalog Catalog { get; }

    private static Placement Placement(string id, ushort number, ImmutableArray<BankAction> actions, bool isCounted) => new()
    {
        Id = id, Number = number, Channel = number, DefaultLimit = 1, CountsAtDecision = isCounted, Reserves = !isCounted, FeatureSeed = 0,
        Candidates = [.. actions.Select(action => new Candidate(action, [new Treatment("t", [id], new Content("", "", "", "", ""))
        {
            Number = (ushort)((action.Number * 2) + number),
        }]))],
    };
}
