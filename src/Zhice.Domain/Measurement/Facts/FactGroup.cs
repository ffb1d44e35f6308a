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
    public long GetId()
    {
        var hash = new XxHash3();
        Span<byte> utf8 = stackalloc byte[256];
        foreach (var name in Names)
        {
            // No name has a byte 0, so it ends each.
            var bytes = Encoding.UTF8.GetMaxByteCount(name.Length) < utf8.Length
                ? utf8[..Encoding.UTF8.GetBytes(name, utf8)]
                : Encoding.UTF8.GetBytes(name);
            hash.Append(bytes);
            hash.Append([0]);
        }

        return (long)hash.GetCurrentHashAsUInt64();
    }
}
