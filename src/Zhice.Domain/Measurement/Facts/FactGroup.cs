using System.IO.Hashing;
using System.Text;
using Orleans;

namespace Zhice.Domain.Measurement.Facts;

/// <summary>
/// The names that facts have in common, as they were when the fact came true; each is empty where it does not apply. Facts and their
/// totals have the group's id, and its names are stored once.
/// </summary>
[GenerateSerializer, Immutable, Alias("zhice.fact-group")]
public sealed record FactGroup
{
    private const int NameCount = 10;

    /// <summary>The facts without a name.</summary>
    public static FactGroup None { get; } = new();

    /// <summary>The campaign.</summary>
    [Id(0)]
    public string Campaign { get; init; } = "";

    /// <summary>The journey.</summary>
    [Id(1)]
    public string Journey { get; init; } = "";

    /// <summary>The stage of the journey: the one that made a contact, or the one that a move leads to.</summary>
    [Id(2)]
    public string Stage { get; init; } = "";

    /// <summary>The action.</summary>
    [Id(3)]
    public string Action { get; init; } = "";

    /// <summary>The channel.</summary>
    [Id(4)]
    public string Channel { get; init; } = "";

    /// <summary>The placement.</summary>
    [Id(5)]
    public string Placement { get; init; } = "";

    /// <summary>The treatment.</summary>
    [Id(6)]
    public string Treatment { get; init; } = "";

    /// <summary>The customer's arm in the experiment of the campaign or of the journey.</summary>
    [Id(7)]
    public string Arm { get; init; } = "";

    /// <summary>The customer's tier: the value of the tag that the catalogue names as the tier.</summary>
    [Id(8)]
    public string Tier { get; init; } = "";

    /// <summary>The kind of event.</summary>
    [Id(9)]
    public string EventType { get; init; } = "";

    /// <summary>The names in the order in which they are stored.</summary>
    public IReadOnlyList<string> Names => [Campaign, Journey, Stage, Action, Channel, Placement, Treatment, Arm, Tier, EventType];

    /// <summary>The group with names in the order in which they are stored.</summary>
    public static FactGroup FromNames(IReadOnlyList<string> names) => new()
    {
        Campaign = names[0], Journey = names[1], Stage = names[2], Action = names[3], Channel = names[4], Placement = names[5],
        Treatment = names[6], Arm = names[7], Tier = names[8], EventType = names[9],
    };

    /// <summary>
    /// The id: a hash of the names in 64 bits, so that every silo finds the same one. Among a million groups two have the same id with a
    /// probability of 3 in 100 million.
    /// </summary>
    /// <remarks>Hot path: once a contact, about 200 ns; allocates nothing for names of up to 1,024 bytes together.</remarks>
    public long GetId()
    {
        const int Usual = 1_024;
        var longest = Encoding.UTF8.GetMaxByteCount(
            Campaign.Length + Journey.Length + Stage.Length + Action.Length + Channel.Length + Placement.Length + Treatment.Length + Arm.Length + Tier.Length + EventType.Length) + NameCount;
        var bytes = longest <= Usual ? stackalloc byte[Usual] : new byte[longest];
        var length = 0;
        Append(Campaign, bytes, ref length);
        Append(Journey, bytes, ref length);
        Append(Stage, bytes, ref length);
        Append(Action, bytes, ref length);
        Append(Channel, bytes, ref length);
        Append(Placement, bytes, ref length);
        Append(Treatment, bytes, ref length);
        Append(Arm, bytes, ref length);
        Append(Tier, bytes, ref length);
        Append(EventType, bytes, ref length);
        return (long)XxHash3.HashToUInt64(bytes[..length]);
    }

    // No name has a byte 0, so it ends each.
    private static void Append(string name, Span<byte> bytes, ref int length)
    {
        length += Encoding.UTF8.GetBytes(name, bytes[length..]);
        bytes[length++] = 0;
    }
}
