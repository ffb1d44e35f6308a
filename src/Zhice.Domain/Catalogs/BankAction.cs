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
}

/// <summary>A named condition and what it means when it does not hold.</summary>
public sealed record Rule(string Id, ReasonCode WhenBroken, Expression Expression);

/// <summary>How an action is shown in some placements.</summary>
public sealed record Treatment(string Id, ImmutableArray<string> PlacementIds, Content Content);

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

    /// <summary>What may be shown here, in the catalogue's order.</summary>
    public required ImmutableArray<Candidate> Candidates { get; init; }

    /// <summary>Where the hashes of the placement's model feature start.</summary>
    public required ulong FeatureSeed { get; init; }
}

/// <summary>An action with the first of its treatments that fits a placement.</summary>
public sealed record Candidate(BankAction Action, Treatment Treatment);
