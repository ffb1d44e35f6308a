using System.Collections.Immutable;
using Zhice.Domain.Experiments;
using Zhice.Domain.Primitives;
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
