using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>What all compilers of a definition's parts need: the numbers of its names, its ids by kind, and where faults go.</summary>
internal sealed class DefinitionNames(SymbolTable symbols, CatalogFaults faults)
{
    /// <summary>The numbers of all names, of earlier versions too.</summary>
    public SymbolTable Symbols => symbols;

    /// <summary>Where faults go.</summary>
    public CatalogFaults Faults => faults;

    public CatalogIds EventTypes { get; } = new("event type", faults);

    public CatalogIds Channels { get; } = new("channel", faults);

    public CatalogIds Placements { get; } = new("placement", faults);

    public CatalogIds Actions { get; } = new("action", faults);

    public CatalogIds Treatments { get; } = new("treatment", faults);
}
