using Zhice.Domain.Primitives;

namespace Zhice.Domain.Catalogs;

/// <summary>Treatments by the ids that they have and had.</summary>
public static class TreatmentNames
{
    /// <summary>Whether a treatment is meant by an id: its own, or one that it had in an earlier version of the catalogue.</summary>
    /// <param name="treatment">The treatment.</param>
    /// <param name="actionId">Its action, by any id that it had.</param>
    /// <param name="treatmentId">The id that is asked for.</param>
    /// <param name="catalog">The catalogue of the treatment.</param>
    public static bool IsMeant(Treatment treatment, string actionId, string treatmentId, Catalog catalog) =>
        treatment.Id == treatmentId
        || (catalog.Symbols.HasRenames && treatment.Number != 0 && catalog.Symbols.Find(SymbolKind.Treatment, $"{actionId}/{treatmentId}") == treatment.Number);
}
