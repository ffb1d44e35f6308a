using System.Collections.Immutable;

namespace Zhice.Contracts.Simulations;

/// <summary>Runs one simulation; its key is any fresh id.</summary>
[Alias("zhice.simulation")]
public interface ISimulationGrain : IGrainWithGuidKey
{
    /// <summary>Runs it: progress, and at the end the result, each a <c>zhice.v1.SimulateResponse</c> as bytes.</summary>
    [Alias("Simulate")]
    IAsyncEnumerable<byte[]> Simulate(SimulationQuery query, CancellationToken cancellation);
}

/// <summary>What to simulate; all of it was checked.</summary>
/// <param name="CatalogVersion">The version in force.</param>
/// <param name="Draft">The draft, a <c>zhice.v1.Catalog</c> as bytes; empty for the version in force.</param>
/// <param name="Audience">A condition; empty for all customers.</param>
/// <param name="Parts">Which part of the customers, of 10,000.</param>
/// <param name="PlacementIds">The placements.</param>
/// <param name="Limit">How many recommendations at the most; 0 for the placement's default.</param>
[GenerateSerializer, Immutable, Alias("zhice.simulation-query")]
public sealed record SimulationQuery(
    [property: Id(0)] long CatalogVersion,
    [property: Id(1)] byte[] Draft,
    [property: Id(2)] string Audience,
    [property: Id(3)] int Parts,
    [property: Id(4)] ImmutableArray<string> PlacementIds,
    [property: Id(5)] int Limit);
