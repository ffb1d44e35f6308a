using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>Something that a customer did, checked against the catalogue.</summary>
[GenerateSerializer, Immutable, Alias("zhice.customer-event")]
public sealed record CustomerEvent
{
    /// <summary>The caller's id for it.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The number of its kind; for feedback, of the kind named after it.</summary>
    [Id(1)]
    public required ushort Type { get; init; }

    /// <summary>When it happened, unix milliseconds.</summary>
    [Id(2)]
    public required long AtMs { get; init; }

    /// <summary>The number of its channel; 0: not known.</summary>
    [Id(3)]
    public ushort Channel { get; init; }

    /// <summary>Its properties.</summary>
    [Id(4)]
    public ImmutableArray<EventProperty> Properties { get; init; } = [];

    /// <summary>For feedback: what the answer is; else none.</summary>
    [Id(5)]
    public FeedbackType Feedback { get; init; }

    /// <summary>For feedback: the decision it answers.</summary>
    [Id(6)]
    public DecisionId Decision { get; init; }

    /// <summary>For feedback: the number of the action it answers.</summary>
    [Id(7)]
    public ushort Action { get; init; }

    /// <summary>For feedback: which of the action's treatments was shown, from 0; the first when that is not known any more.</summary>
    [Id(8)]
    public byte Treatment { get; init; }

    /// <summary>For feedback: the group in which the customer's decisions are compared; empty for none.</summary>
    [Id(9)]
    public string ContrastArm { get; init; } = "";
}

/// <summary>A property of an event.</summary>
[GenerateSerializer, Immutable, Alias("zhice.event-property")]
public readonly record struct EventProperty([property: Id(0)] string Name, [property: Id(1)] TagValue Value);

/// <summary>What became of an event. The numbers are those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.event-outcome")]
public enum EventOutcome : byte
{
    /// <summary>It is recorded.</summary>
    Recorded = 1,

    /// <summary>It had been recorded before.</summary>
    Duplicate = 2,

    /// <summary>It is older than the memory of ids reaches, so it cannot be told from a duplicate.</summary>
    TooLate = 3,

    /// <summary>It answers an action that its decision did not offer.</summary>
    NotOffered = 4,

    /// <summary>Its customer was erased: nothing of it is kept.</summary>
    Erased = 5,
}
