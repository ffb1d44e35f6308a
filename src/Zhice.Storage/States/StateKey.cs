using System.Text;
using Zhice.Domain.Primitives;

namespace Zhice.Storage.States;

/// <summary>
/// Which state: of which grain, under which name. The grain's key is kept as the bytes it is, never read as a number:
/// "020235" and "20235" are two customers.
/// </summary>
internal sealed class StateKey(string grainType, string stateName, byte[] key) : IEquatable<StateKey>, IComparable<StateKey>
{
    private readonly ulong _hash = CustomerBucket.Hash(key);

    public string GrainType { get; } = grainType;

    public string StateName { get; } = stateName;

    public byte[] Key { get; } = key;

    /// <summary>The bucket of the grain, from 0 to 1023.</summary>
    public int Bucket => CustomerBucket.ForHash(_hash);

    public bool Equals(StateKey? other) =>
        other is not null
        && _hash == other._hash
        && Key.AsSpan().SequenceEqual(other.Key)
        && GrainType == other.GrainType
        && StateName == other.StateName;

    public override bool Equals(object? obj) => Equals(obj as StateKey);

    public override int GetHashCode() => _hash.GetHashCode();

    /// <summary>The order in which a store keeps and locks them: by type, bucket, key, name.</summary>
    public int CompareTo(StateKey? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = string.CompareOrdinal(GrainType, other.GrainType);
        order = order != 0 ? order : Bucket.CompareTo(other.Bucket);
        order = order != 0 ? order : Key.AsSpan().SequenceCompareTo(other.Key);
        return order != 0 ? order : string.CompareOrdinal(StateName, other.StateName);
    }

    /// <summary>For people: of a customer the bucket alone, as it is in errors and logs.</summary>
    public override string ToString() =>
        GrainType == CustomerKey.GrainType ? $"a customer of bucket {Bucket}" : $"{GrainType}/{Encoding.UTF8.GetString(Key)} ({StateName})";
}
