using Orleans;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>What is done to a tag.</summary>
[GenerateSerializer, Alias("zhice.tag-operation")]
public enum TagOperation : byte
{
    /// <summary>It gets the value.</summary>
    Set,

    /// <summary>The value is added to it; a missing tag counts as 0.</summary>
    Increment,

    /// <summary>It goes.</summary>
    Remove,
}

/// <summary>A change to a written tag, checked against the catalogue.</summary>
/// <param name="Tag">The tag's number.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Value">The value, of the tag's type.</param>
/// <param name="ExpiresAtMs">Until when it holds, unix milliseconds; 0: for good.</param>
[GenerateSerializer, Immutable, Alias("zhice.tag-change")]
public readonly record struct TagChange(
    [property: Id(0)] ushort Tag,
    [property: Id(1)] TagOperation Operation,
    [property: Id(2)] TagValue Value,
    [property: Id(3)] long ExpiresAtMs)
{
    /// <summary>Makes the change in a state that may be changed.</summary>
    /// <returns>False when an increment would leave the range of 64 bits; the state may then be half changed.</returns>
    public bool TryApply(CustomerState state, TagSource source, long nowMs)
    {
        switch (Operation)
        {
            case TagOperation.Remove:
                state.Tags.Remove(Tag);
                return true;
            case TagOperation.Increment:
                state.Tags.TryGet(Tag, nowMs, out var before);
                var sum = unchecked(before + Value.Bits);
                if (((before ^ sum) & (Value.Bits ^ sum)) < 0)
                {
                    return false;
                }

                state.Tags.Set(Tag, Value with { Bits = sum }, nowMs, source, ExpiresAtMs);
                return true;
            default:
                state.Tags.Set(Tag, Value, nowMs, source, ExpiresAtMs);
                return true;
        }
    }
}
