using Orleans;

namespace Zhice.Domain.Catalogs;

/// <summary>A fault of a catalogue.</summary>
/// <param name="Path">Where, as <c>actions[3].eligibility[0].expression</c>.</param>
/// <param name="Description">What was found, and what would be right.</param>
[GenerateSerializer, Immutable, Alias("zhice.catalog-fault")]
public readonly record struct CatalogFault([property: Id(0)] string Path, [property: Id(1)] string Description);
