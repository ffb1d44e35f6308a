using Orleans;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Journeys;

/// <summary>The stage of a journey that made a contact.</summary>
/// <param name="JourneyId">The journey.</param>
/// <param name="Version">Its version.</param>
/// <param name="StageId">The stage.</param>
/// <param name="IsVoidOnLeave">Whether the contact is void when the customer leaves the stage, while it waits for its channel.</param>
[GenerateSerializer, Immutable, Alias("zhice.contact-origin")]
public sealed record ContactOrigin(
    [property: Id(0)] string JourneyId, [property: Id(1)] int Version, [property: Id(2)] string StageId,
    [property: Id(3)] bool IsVoidOnLeave)
{
    /// <summary>Whether the stage still stands behind the contact: the customer has not left it since, or that does not matter.</summary>
    /// <param name="state">The customer now.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="catalog">The catalogue in force.</param>
    public bool Holds(CustomerState state, ContactId contact, Catalog catalog) =>
        !IsVoidOnLeave || state.Journeys.StandBehind(catalog.Symbols.Find(SymbolKind.Journey, JourneyId), contact);
}
