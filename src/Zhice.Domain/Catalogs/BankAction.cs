using System.Collections.Immutable;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.Domain.Expressions;

namespace Zhice.Domain.Catalogs;

/// <summary>What can be proposed.</summary>
public sealed record BankAction
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its number in customers' states.</summary>
    public required ushort Number { get; init; }

    /// <summary>Its name for people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The number of its category.</summary>
    public required ushort Category { get; init; }

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

    /// <summary>Eligibility, then applicability, then suitability.</summary>
    public required ImmutableArray<Rule> Rules { get; init; }

    /// <summary>How it is shown.</summary>
    public required ImmutableArray<Treatment> Treatments { get; init; }

    /// <summary>The probability of acceptance before anything was learned.</summary>
    public required double PriorPropensity { get; init; }

    /// <summary>How much it matters that it is said, 0 to 1,000: caps may hold their last slot for a priority.</summary>
    public int Priority { get; init; }
}

/// <summary>A named condition and what it means when it does not hold.</summary>
public sealed record Rule(string Id, ReasonCode WhenBroken, string Expression, Condition Condition);

/// <summary>How an action is shown in some placements.</summary>
public sealed record Treatment(string Id, ImmutableArray<string> PlacementIds, Content Content)
{
    /// <summary>Its number in customers' states.</summary>
    public ushort Number { get; init; }
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

    /// <summary>True: a cap wants slots held for what is recommended here until it is seen.</summary>
    public bool Reserves { get; init; }

    /// <summary>Whether a decision here is a write, which commits before it is answered.</summary>
    public bool CommitsAtDecision => CountsAtDecision || Reserves;

    /// <summary>What may be shown here, in the catalogue's order.</summary>
    public required ImmutableArray<Candidate> Candidates { get; init; }

    /// <summary>Where the hashes of the placement's model feature start.</summary>
    public required ulong FeatureSeed { get; init; }

    /// <summary>The number of the treatment by which an action is shown here; 0 when none fits.</summary>
    public ushort TreatmentOf(ushort action)
    {
        foreach (var candidate in Candidates)
        {
            if (candidate.Action.Number == action)
            {
                return candidate.Treatment.Number;
            }
        }

        return 0;
    }

    /// <summary>What the contact policy is asked about an action shown here.</summary>
    public ContactAsk AskFor(BankAction action, ushort treatment) => new(
        action.Purpose, new(Channel, action.Category, action.Number, treatment), CountAt, action.Priority);
}

/// <summary>An action with the first of its treatments that fits a placement.</summary>
public sealed record Candidate(BankAction Action, Treatment Treatment);
