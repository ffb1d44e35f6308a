using System.Collections.Immutable;
using Zhice.Domain.Catalogs;

namespace Zhice.Catalogs;

/// <summary>What became of a definition: a catalogue to decide by, or its faults.</summary>
/// <param name="Catalog">The catalogue, with the numbers of all names; null when there are faults.</param>
/// <param name="Faults">All faults, kind by kind of what is defined; at most <see cref="CatalogCompiler.MaxFaults"/>.</param>
public sealed record CatalogCompilation(Catalog? Catalog, ImmutableArray<CatalogFault> Faults);
