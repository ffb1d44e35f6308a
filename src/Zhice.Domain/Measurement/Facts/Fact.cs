using Orleans;

namespace Zhice.Domain.Measurement.Facts;

/// <summary>Something that came true and is measured. Facts are only added.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Key">What it is about: a contact, a decision or an event. With the kind and the customer it names the fact.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="Day">The day of the bank on which it counts, days since 1970-01-01.</param>
/// <param name="GroupId">Its group.</param>
[GenerateSerializer, Immutable, Alias("zhice.fact")]
public readonly record struct Fact(
    [property: Id(0)] FactKind Kind, [property: Id(1)] string Key, [property: Id(2)] long AtMs, [property: Id(3)] int Day,
    [property: Id(4)] long GroupId)
{
    /// <summary>The names of its group; null when they are stored already.</summary>
    [Id(5)]
    public FactGroup? Group { get; init; }

    /// <summary>The customer; empty in a commit, which is of one customer.</summary>
    [Id(6)]
    public string CustomerId { get; init; } = "";

    /// <summary>More about the kind, such as a reason; what it is depends on the kind. 0 for nothing.</summary>
    [Id(7)]
    public int Code { get; init; }

    /// <summary>Of an offer: its rank, from 1. Of an outcome: by what it was booked (<see cref="Outcomes.BookedBy"/>). 0 for none.</summary>
    [Id(8)]
    public int Rank { get; init; }

    /// <summary>Of an offer: the probability of an acceptance, 0 to 1, as the model estimated it.</summary>
    [Id(9)]
    public float Probability { get; init; }

    /// <summary>The amount in fen; 0 for none.</summary>
    [Id(10)]
    public long AmountFen { get; init; }

    /// <summary>
    /// Of an outcome: the contact that it is booked on, or within whose window it falls. Of a move to a tier: the tier before. Empty for none.
    /// </summary>
    [Id(11)]
    public string About { get; init; } = "";

    /// <summary>A fact of a group that may be new.</summary>
    public static Fact Of(FactKind kind, string key, long atMs, int day, FactGroup group) =>
        new(kind, key, atMs, day, group.GetId()) { Group = group };
}
