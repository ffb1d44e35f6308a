using System.Collections.Immutable;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Expressions;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Catalogs;

/// <summary>What can be proposed.</summary>
public sealed record BankAction
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The id that it had first, under which its model and its stock are kept.</summary>
    public string FirstId { get => field ?? Id; init; }

    /// <summary>Its number in customers' states.</summary>
    public required ushort Number { get; init; }

    /// <summary>Its name for people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The number of its category.</summary>
    public required ushort Category { get; init; }

    /// <summary>The holdouts that it heeds: a bit for each, by its place in the catalogue.</summary>
    public ulong Holdouts { get; init; }

    /// <summary>The context weights that can move it: a bit for each, by its place in the catalogue.</summary>
    public ulong ContextWeights { get; init; }

    /// <summary>Only for customers in this arm.</summary>
    public ArmNumber OnlyFor { get; init; }

    /// <summary>Why it is said.</summary>
    public required Purpose Purpose { get; init; }

    /// <summary>What an acceptance is worth, in fen.</summary>
    public required long ValueFen { get; init; }

    /// <summary>The bank's own weight.</summary>
    public required double Lever { get; init; }

    /// <summary>From when it may be offered, unix milliseconds.</summary>
    public long StartsAtMs { get; init; } = long.MinValue;

    /// <summary>Until when, exclusive, unix milliseconds.</summary>
    public long EndsAtMs { get; init; } = long.MaxValue;

    /// <summary>Eligibility, then applicability, then suitability; in each what its categories ask, then its own.</summary>
    public required ImmutableArray<Rule> Rules { get; init; }

    /// <summary>How it is shown.</summary>
    public required ImmutableArray<Treatment> Treatments { get; init; }

    /// <summary>The probability of acceptance before anything was learned.</summary>
    public required double PriorPropensity { get; init; }

    /// <summary>The numbers of the kinds of event that make pointless what of it still waits for its channel.</summary>
    public ImmutableArray<ushort> VoidedBy { get; init; } = [];

    /// <summary>How many units of it there are; null: no end of them.</summary>
    public ActionStock? Stock { get; init; }

    /// <summary>How much it matters that it is said, 0 to 1,000: caps may hold their last slot for a priority.</summary>
    public int Priority { get; init; }
}

/// <summary>A named condition and what it means when it does not hold.</summary>
/// <param name="Id">Its id; behind that of its category, or of its treatment, and a "/" when it is theirs.</param>
/// <param name="WhenBroken">What it means when it does not hold.</param>
/// <param name="Expression">What must hold.</param>
public sealed record Rule(string Id, ReasonCode WhenBroken, Expression Expression)
{
    /// <summary>How many conditions a catalogue may tell apart by <see cref="Condition"/>.</summary>
    public const int MaxConditions = 512;

    /// <summary>
    /// A number that all rules of the same condition have in common, below <see cref="MaxConditions"/>: a decision asks it
    /// once for all candidates. -1: it is asked for each.
    /// </summary>
    public int Condition { get; init; } = -1;

    /// <summary>Whether it protects the customer: it sees the profile, also where that is hidden from marketing.</summary>
    public bool IsProtective { get; init; }
}

/// <summary>How an action is shown in some placements.</summary>
public sealed record Treatment(string Id, ImmutableArray<string> PlacementIds, Content Content)
{
    /// <summary>Its number in customers' states.</summary>
    public ushort Number { get; init; }
    /// <summary>What it asks beside its action.</summary>
    public ImmutableArray<Rule> Rules { get; init; } = [];

    /// <summary>Only for customers in this arm.</summary>
    public ArmNumber OnlyFor { get; init; }
}

/// <summary>What a customer sees or an agent says.</summary>
public sealed record Content(string Language, string Title, string Body, string DeepLink, string TemplateId);

/// <summary>A way to reach a customer.</summary>
public sealed record Channel(string Id, ushort Number, string DisplayName);

/// <summary>A slot in a channel, with the actions that have a treatment for it.</summary>
public sealed record Placement
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its number in decision ids.</summary>
    public required ushort Number { get; init; }

    /// <summary>The number of its channel.</summary>
    public required ushort Channel { get; init; }

    /// <summary>How many recommendations a call gets that sets no limit.</summary>
    public required int DefaultLimit { get; init; }

    /// <summary>True: recommendations count towards the caps when they are decided; else when they are seen.</summary>
    public required bool CountsAtDecision { get; init; }

    /// <summary>The moment at which recommendations count.</summary>
    public CountMoment CountAt { get => CountsAtDecision ? CountMoment.Decision : field; init; } = CountMoment.Impression;

    /// <summary>When a recommendation here teaches that it was seen.</summary>
    public TaughtAt TaughtAt { get; init; }

    /// <summary>True: a cap wants slots held for what is recommended here until it is seen.</summary>
    public bool Reserves { get; init; }

    /// <summary>True: an action that may be shown here has a stock, of which an offer takes a unit.</summary>
    public bool TakesStock { get; init; }

    /// <summary>Whether a decision here is a write, which commits before it is answered.</summary>
    public bool CommitsAtDecision => CountsAtDecision || Reserves || TakesStock;

    /// <summary>Whether what is doubtful is tried now and then (Thompson sampling), so that the models learn.</summary>
    public bool Explores { get; init; }

    /// <summary>How many of one category an answer has at the most.</summary>
    public int MaxPerCategory { get; init; } = int.MaxValue;

    /// <summary>Ranks that belong to an action.</summary>
    public ImmutableArray<FixedSlot> FixedSlots { get; init; } = [];

    /// <summary>What is shown when nothing may be offered, if anything.</summary>
    public Content? Fallback { get; init; }

    /// <summary>What may be shown here, in the catalogue's order.</summary>
    public required ImmutableArray<Candidate> Candidates { get; init; }

    /// <summary>Where the hashes of the placement's model feature start.</summary>
    public required ulong FeatureSeed { get; init; }

    /// <summary>The number of one of the treatments by which an action is shown here, the first if not said; 0 when there are not so many.</summary>
    public ushort TreatmentOf(ushort action, int place = 0)
    {
        foreach (var candidate in Candidates)
        {
            if (candidate.Action.Number == action)
            {
                return place < candidate.Treatments.Length ? candidate.Treatments[place].Number : (ushort)0;
            }
        }

        return 0;
    }

    /// <summary>What the contact policy is asked about an action shown here.</summary>
    /// <param name="action">The action.</param>
    /// <param name="treatment">The number of its treatment.</param>
    public ContactRequest AskFor(BankAction action, ushort treatment) => new(
        action.Purpose, new(Channel, action.Category, action.Number, treatment), CountAt, action.Priority);
}

/// <summary>A rank, from 1, that belongs to an action whenever it may be offered.</summary>
public readonly record struct FixedSlot(int Rank, ushort Action);

/// <summary>What makes actions count more or less at a moment.</summary>
public sealed record ContextWeight(string Id, Expression When, double Weight);

/// <summary>An action with its treatments that fit a placement, in the action's order.</summary>
public sealed record Candidate(BankAction Action, ImmutableArray<Treatment> Treatments)
{
    /// <summary>The rule with a number: those of the action come first, then those of each treatment.</summary>
    public Rule? Rule(int number)
    {
        if ((uint)number < (uint)Action.Rules.Length)
        {
            return Action.Rules[number];
        }

        return Treatments.SelectMany(static treatment => treatment.Rules).ElementAtOrDefault(number - Action.Rules.Length);
    }
}
