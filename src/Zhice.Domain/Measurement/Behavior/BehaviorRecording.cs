using System.Collections.Immutable;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>What is recorded of the events of a type.</summary>
/// <param name="Parts">Of how many of the 10,000 parts of the customers (<see cref="BehaviorSample"/>).</param>
/// <param name="Properties">The properties that are recorded with each event.</param>
public sealed record BehaviorRecording(int Parts, ImmutableArray<string> Properties)
{
    /// <summary>As the settings of the silo say, without properties.</summary>
    /// <param name="share">The share of the customers, 0 to 1.</param>
    public static BehaviorRecording OfShare(double share) => new(BehaviorSample.ToParts(share), []);
}
