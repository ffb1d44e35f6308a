using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Orleans;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Decisions;

/// <summary>One answer to Recommend: what was found for every candidate of the placement.</summary>
[GenerateSerializer, Immutable, Alias("zhice.decision")]
public sealed record Decision
{
    /// <summary>Its id, which says when and where.</summary>
    [Id(0)]
    public required DecisionId Id { get; init; }

    /// <summary>The customer.</summary>
    [Id(1)]
    public required string CustomerId { get; init; }

    /// <summary>The catalogue that it was made by.</summary>
    [Id(2)]
    public required long CatalogVersion { get; init; }

    /// <summary>The version of the customer's state; 0 for an unknown visitor.</summary>
    [Id(3)]
    public required long StateVersion { get; init; }

    /// <summary>The offered, best first; then the others in the catalogue's order.</summary>
    [Id(4)]
    public required ImmutableArray<Verdict> Verdicts { get; init; }

    /// <summary>How many of the verdicts are offered.</summary>
    [Id(5)]
    public required int OfferedCount { get; init; }

    /// <summary>What the models saw of the customer, so that a later answer teaches what was known then.</summary>
    /// <remarks>6 was the id of the same in 16 bits.</remarks>
    [Id(9)]
    public ImmutableArray<uint> Features { get; init; } = [];

    /// <summary>Whether anything of the customer's profile was used.</summary>
    [Id(7)]
    public bool IsPersonalized { get; init; } = true;

    /// <summary>The customer's arm in each experiment of the catalogue, from 1, 0 for none; empty when it has no experiments.</summary>
    [Id(8)]
    public ImmutableArray<byte> Arms { get; init; } = [];

    /// <summary>The decision that nothing may be said, with no candidate to judge.</summary>
    public static Decision Empty(DecisionId id, string customerId, long catalogVersion, long stateVersion) => new()
    {
        Id = id, CustomerId = customerId, CatalogVersion = catalogVersion, StateVersion = stateVersion, Verdicts = [], OfferedCount = 0,
    };

    /// <summary>What was offered, best first.</summary>
    public ReadOnlySpan<Verdict> Offered => Verdicts.AsSpan(0, OfferedCount);

    /// <summary>What is kept of it with the customer, for the answers to come.</summary>
    public KeptDecision ToKept()
    {
        var features = Features.ToArray();
        features.AsSpan().Sort();
        var offers = new KeptOffer[Math.Min(OfferedCount, KeptDecision.MaxOffers)];
        for (var i = 0; i < offers.Length; i++)
        {
            offers[i] = new(Verdicts[i].Action, Verdicts[i].Treatment, 0);
        }

        return new(
            Id, IsPersonalized, ImmutableCollectionsMarshal.AsImmutableArray(offers),
            ImmutableCollectionsMarshal.AsImmutableArray(features));
    }
}

/// <summary>What was found for one action.</summary>
/// <param name="Action">The action's number.</param>
/// <param name="Reason">The first check that failed, or that it was offered, or outranked.</param>
/// <param name="AccessSource">
/// Which of the candidate's rules, or of the catalogue's caps or holdouts, failed; for an arm 64 more than its experiment;
/// -1 for none.
/// </param>
/// <param name="Propensity">The estimated probability of acceptance; 0 when it was not asked.</param>
/// <param name="Score">propensity × exploration × context weight × value × lever, in fen.</param>
/// <param name="ModelVersion">How many outcomes the model had learned; 0 for the prior.</param>
/// <param name="ContextWeight">The product of the context weights that apply.</param>
/// <param name="Treatment">Which of the candidate's treatments is shown, from 0.</param>
/// <param name="Exploration">The probability drawn to explore, by the propensity; 1 where nothing is explored.</param>
[GenerateSerializer, Immutable, Alias("zhice.verdict"), StructLayout(LayoutKind.Auto)]
public readonly record struct Verdict(
    [property: Id(0)] ushort Action,
    [property: Id(1)] ReasonCode Reason,
    [property: Id(2)] short AccessSource,
    [property: Id(3)] double Propensity,
    [property: Id(4)] double Score,
    [property: Id(5)] uint ModelVersion,
    [property: Id(6)] double ContextWeight = 1,
    [property: Id(7)] byte Treatment = 0,
    [property: Id(8)] float Exploration = 1)
{
    /// <summary>Whether it came as far as the models: then the factors of its score are known.</summary>
    public bool IsScored => Propensity > 0;
}
