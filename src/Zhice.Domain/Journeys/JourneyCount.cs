using Orleans;

namespace Zhice.Domain.Journeys;

/// <summary>How often customers of a journey made a move.</summary>
/// <param name="Move">The move; its instant says nothing, and its time in the stage is about.</param>
/// <param name="Count">How often.</param>
[GenerateSerializer, Immutable, Alias("zhice.journey-tally")]
public readonly record struct JourneyCount([property: Id(0)] JourneyMove Move, [property: Id(1)] long Count);
