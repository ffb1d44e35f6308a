using Orleans;

namespace Zhice.Domain.Learning;

/// <summary>What somebody did to the models of an action.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="Actor">The name of the caller; empty: a silo of an earlier release made the call and gave no name.</param>
/// <param name="Version">The version of the champion after it.</param>
/// <param name="CatalogVersion">The version of the catalogue in force.</param>
/// <param name="Model">The model that it is about, after it: the new challenger, else the champion.</param>
/// <param name="Replaced">The champion or challenger that it replaced; null: none.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-event")]
public sealed record ModelEvent(
    [property: Id(0)] ModelEventKind Kind,
    [property: Id(1)] long AtMs,
    [property: Id(2)] string Actor,
    [property: Id(3)] long Version,
    [property: Id(4)] long CatalogVersion,
    [property: Id(5)] ModelChecks Model,
    [property: Id(6)] ModelChecks? Replaced);

/// <summary>What can be done to the models of an action. The numbers are stored, and are those of the public contract.</summary>
public enum ModelEventKind : byte
{
    /// <summary>The champion was frozen.</summary>
    Frozen = 1,

    /// <summary>The champion was let learn again.</summary>
    Unfrozen = 2,

    /// <summary>A challenger was started.</summary>
    Challenged = 3,

    /// <summary>The challenger took the champion's place.</summary>
    Promoted = 4,
}
