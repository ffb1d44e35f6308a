using System.Collections.Immutable;
using Zhice.Domain.Experiments;

namespace Zhice.Domain.Catalogs;

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
