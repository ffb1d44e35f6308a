using System.Collections.Frozen;
using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.ContactSimulation;

/// <summary>
/// A bank with every kind of rule: a page that reserves until it is seen, texts that count when they are decided, pushes that
/// need a grant and count when they are sent. Texts and pushes wait for their channel.
/// </summary>
internal sealed class SimulatedBank
{
    public const long HourMs = 3_600_000;
    public const long DayMs = 24 * HourMs;
    public const ushort Page = 1;
    public const ushort Text = 2;
    public const ushort Push = 3;
    public const ushort Desk = 4;
    public const ushort ServiceAction = 8;
    public const ushort Loans = 4;
    public const long GrantMs = 20 * DayMs;

    public static readonly ImmutableArray<string> ChannelIds = ["", "app", "sms", "push", "desk"];
    public static readonly ImmutableArray<string> CampaignIds = ["spring", "summer"];

    public static readonly TagDefinition Blocked = new() { Id = "blocked", Number = 1, Type = TagType.Bool, FeatureSeed = 0 };
    public static readonly TagDefinition Leaves = new() { Id = "leaves", Number = 2, Type = TagType.Time, FeatureSeed = 0 };

    public static readonly ImmutableArray<ContactCap> Caps =
    [
        new("all_7d", CapScope.All, 0, 10, CapWindow.Sliding(7 * DayMs)) { Reserve = true, HoldLastForPriority = 5 },
        new("all_month", CapScope.All, 0, 30, CapWindow.Calendar(CalendarPeriod.Month)),
        new("each_channel_day", CapScope.Channel, 0, 3, CapWindow.Calendar(CalendarPeriod.Day)),
        new("each_category_week", CapScope.Category, 0, 5, CapWindow.Calendar(CalendarPeriod.Week)),
        new("each_treatment_3d", CapScope.Treatment, 0, 1, CapWindow.Sliding(3 * DayMs)),
        new("loans_4_in_5d", CapScope.Category, Loans, 4, CapWindow.Sliding(5 * DayMs)),
    ];

    private static readonly ExpressionSchema Schema = new(
        new Dictionary<string, TagDefinition> { [Blocked.Id] = Blocked, [Leaves.Id] = Leaves },
        FrozenDictionary<string, ushort>.Empty,
        FrozenDictionary<string, JourneyStages>.Empty,
        FrozenDictionary<string, CapScope>.Empty);

    public SimulatedBank(string zoneId)
    {
        ZoneId = zoneId;
        ImmutableArray<BankAction> actions = [.. Enumerable.Range(1, 8).Select(number => new BankAction
        {
            Id = $"a{number}", Number = (ushort)number, DisplayName = "", Category = (ushort)(number % 3 + 1),
            Purpose = number == ServiceAction ? Purpose.Service : Purpose.Marketing, ValueFen = 1, Lever = 1, Rules = [],
            Treatments = [Treatment(number)],
            PriorPropensity = 0.1, Priority = number,
        })];
        Catalog = new Catalog(
            1,
            new SymbolTable(
            [
                .. ChannelIds.Skip(1).Select(static id => new Symbol(SymbolKind.Channel, id)),
                .. actions.Select(static action => new Symbol(SymbolKind.Action, action.Id)),
            ]),
            new BankCalendar(zoneId),
            [Blocked, Leaves],
            [.. ChannelIds.Index().Skip(1).Select(static channel => new Channel(channel.Item, (ushort)channel.Index, ""))],
            [Placement(
                "home", Page, actions,
                CountMoment.Impression), Placement("sms", Text, actions, CountMoment.Decision), Placement("push", Push, actions,
                CountMoment.Send)],
            actions,
            [],
            Caps,
            new ContactRules
            {
                Consents = [new(Push, Purpose.Marketing, IsOptIn: true, GrantMs), new(Text, Purpose.Service, IsOptIn: false, 0)],
                DoNotContact = [new("blocked", Expression.Condition("tags.blocked || tags.leaves <= now", Schema))],
                QuietHours = [new("sms", Text, 21 * 60, 9 * 60), new("push", Push, 22 * 60, 7 * 60)],
                Spacings = [new("sms", Text, 2 * HourMs)],
                Exclusions = [new("either", [1, 2, 3], DayMs)],
                CoolDowns = [new("a4", 4, 0, 30 * DayMs, 10 * DayMs), new("category3", 0, 3, DayMs, 0), new("loans", 0, Loans, HourMs, 0)],
                Categories = new([new(1, Loans), new(2, Loans)]),
            });
    }

    public string ZoneId { get; }

    public Catalog Catalog { get; }

    private static Treatment Treatment(int action) =>
        new("t", ["home", "sms", "push"], new Content("", "", "", "", "")) { Number = (ushort)(action * 4) };

    private static Placement Placement(string id, ushort number, ImmutableArray<BankAction> actions, CountMoment countAt) => new()
    {
        Id = id, Number = number, Channel = number, DefaultLimit = 1, CountsAtDecision = countAt == CountMoment.Decision, CountAt = countAt,
        Reserves = countAt == CountMoment.Impression, FeatureSeed = 0,
        Candidates = [.. actions.Select(action =>
            new Candidate(action, [Treatment(action.Number) with { Number = (ushort)((action.Number * 4) + number) }]))],
    };
}
