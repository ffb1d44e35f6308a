using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Purpose = Zhice.V1.Purpose;

namespace Zhice.Case;

/// <summary>
/// The catalogue that all peers decide by: 40 candidates (or another number) in one placement, each with 4 comparisons, 60 tags, 5 caps,
/// 3 offers of each decision.
/// </summary>
public static class CaseCatalog
{
    /// <summary>The only placement.</summary>
    public const string Placement = "home";

    /// <summary>The only type of event.</summary>
    public const string EventType = "login";

    /// <summary>How many actions may be offered there, unless told.</summary>
    public const int Candidates = 40;

    /// <summary>How many texts a call may say of this moment, when the catalogue takes them; each of at most 256 bytes.</summary>
    public const int ContextTags = 31;

    private const int Categories = 4;
    private const int ReservingLimit = 100;

    /// <summary>The catalogue as a silo uses it that numbers its names for the first time.</summary>
    public static Catalog Compiled { get; } = Compile(Define(Candidates));

    /// <summary>The catalogue as the API takes it.</summary>
    /// <param name="candidates">How many actions may be offered, 1 to 1,000.</param>
    /// <param name="takesContext">Whether there are tags for what calls say of this moment, note_1 and so on.</param>
    /// <param name="reserves">Whether each offer is reserved: it is committed before the answer, and no cap is reached by it.</param>
    public static V1.Catalog Define(int candidates, bool takesContext = false, bool reserves = false)
    {
        var catalog = new V1.Catalog
        {
            TimeZone = "Asia/Shanghai",
            TagClasses = { new TagClass { ClassId = "all", Subclasses = { new TagSubclass { SubclassId = "all" } } } },
            EventTypes = { new V1.EventType { EventTypeId = EventType } },
            Channels = { new Channel { ChannelId = "app", Consent = ConsentMode.OptOut } },
            Placements = { new Placement { PlacementId = Placement, ChannelId = "app", DefaultLimit = 3, CountAt = CountAt.Impression } },
            ContactCaps =
            {
                Cap("daily", CapScope.All, 9, CalendarPeriod.Day), Cap("weekly", CapScope.All, 20, days: 7),
                Cap("channel_daily", CapScope.Channel, 9, CalendarPeriod.Day), Cap("category_weekly", CapScope.Category, 9, days: 7),
                Cap("action_monthly", CapScope.Action, 9, CalendarPeriod.Month),
            },
        };
        catalog.Tags.Add(CaseTags.Definitions);
        if (takesContext)
        {
            catalog.Tags.Add(CaseTags.Notes(ContextTags));
        }

        if (reserves)
        {
            foreach (var cap in catalog.ContactCaps)
            {
                (cap.Limit, cap.Reserve) = (ReservingLimit, cap.Scope == CapScope.Channel);
            }
        }

        catalog.Categories.Add(Enumerable.Range(0, Categories).Select(static number => new Category { CategoryId = $"category_{number}" }));
        catalog.Actions.Add(Enumerable.Range(1, candidates).Select(Action));
        return catalog;
    }

    /// <summary>Compiles a definition of <see cref="Define"/>.</summary>
    public static Catalog Compile(V1.Catalog definition)
    {
        var compiled = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1);
        return compiled.Catalog ?? throw new InvalidOperationException($"The catalogue of the case is wrong: {compiled.Faults[0]}");
    }

    private static V1.Action Action(int number) => new()
    {
        ActionId = $"action_{number}",
        CategoryId = $"category_{number % Categories}",
        Purpose = Purpose.Marketing,
        ValueFen = 1_000 + number,
        PriorPropensity = 0.05,
        Eligibility = { new Rule { RuleId = "age", Expression = "tags.age >= 18 && tags.age <= 70" } },
        Applicability = { new Rule { RuleId = "fact", Expression = $"tags.fact_{((number - 1) % CaseTags.Facts) + 1} > 0" } },
        Suitability = { new Rule { RuleId = "city", Expression = "tags.city in [\"北京\", \"天津\"]" } },
        Treatments =
        {
            new Treatment
            {
                TreatmentId = "card", PlacementIds = { Placement },
                Content = new Content
                {
                    Language = "zh-CN", Title = $"优惠 {number}", Body = "活期转定期，利率上浮，随时可取。", DeepLink = $"bank://offer/{number}",
                },
            },
        },
    };

    private static ContactCap Cap(string id, CapScope scope, int limit, CalendarPeriod period = CalendarPeriod.Unspecified, int days = 0)
    {
        var cap = new ContactCap { CapId = id, Scope = scope, Limit = limit };
        if (period == CalendarPeriod.Unspecified)
        {
            cap.Sliding = Duration.FromTimeSpan(TimeSpan.FromDays(days));
        }
        else
        {
            cap.Calendar = period;
        }

        return cap;
    }
}
