using System.Collections.Immutable;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>A decision in the room where it was made: it is read at once, or copied.</summary>
public readonly ref struct LentDecision
{
    /// <inheritdoc cref="Decision.Id"/>
    public required DecisionId Id { get; init; }

    /// <inheritdoc cref="Decision.CustomerId"/>
    public required string CustomerId { get; init; }

    /// <inheritdoc cref="Decision.CatalogVersion"/>
    public required long CatalogVersion { get; init; }

    /// <inheritdoc cref="Decision.StateVersion"/>
    public required long StateVersion { get; init; }

    /// <inheritdoc cref="Decision.IsPersonalized"/>
    public required bool IsPersonalized { get; init; }

    /// <inheritdoc cref="Decision.OfferedCount"/>
    public required int OfferedCount { get; init; }

    /// <inheritdoc cref="Decision.Verdicts"/>
    public required ReadOnlySpan<Verdict> Verdicts { get; init; }

    /// <inheritdoc cref="Decision.Features"/>
    public required ReadOnlySpan<uint> Features { get; init; }

    /// <inheritdoc cref="Decision.Arms"/>
    public required ReadOnlySpan<byte> Arms { get; init; }

    /// <inheritdoc cref="Decision.Offered"/>
    public ReadOnlySpan<Verdict> Offered => Verdicts[..OfferedCount];

    /// <summary>Lends what a decision holds.</summary>
    public static LentDecision Of(Decision decision) => new()
    {
        Id = decision.Id,
        CustomerId = decision.CustomerId,
        CatalogVersion = decision.CatalogVersion,
        StateVersion = decision.StateVersion,
        IsPersonalized = decision.IsPersonalized,
        OfferedCount = decision.OfferedCount,
        Verdicts = decision.Verdicts.AsSpan(),
        Features = decision.Features.AsSpan(),
        Arms = decision.Arms.AsSpan(),
    };

    /// <summary>A copy to keep.</summary>
    public Decision ToDecision() => new()
    {
        Id = Id,
        CustomerId = CustomerId,
        CatalogVersion = CatalogVersion,
        StateVersion = StateVersion,
        IsPersonalized = IsPersonalized,
        OfferedCount = OfferedCount,
        Verdicts = ImmutableArray.Create(Verdicts),
        Features = ImmutableArray.Create(Features),
        Arms = ImmutableArray.Create(Arms),
    };
}
