using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;
using Zhice.Cli.Running;

namespace Zhice.Cli.Reports;

/// <summary>Numbers the values of a column in the order in which they are seen; a value that is known costs no memory.</summary>
/// <param name="max">How many there may be.</param>
/// <param name="tooMany">What is said when there are more.</param>
internal sealed class NameTable(int max, string tooMany)
{
    private readonly Dictionary<byte[], int> _numbers = new(Bytes.Comparer);
    private readonly List<string> _names = [];

    /// <summary>The names, by their numbers.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The number of a name, from 0.</summary>
    /// <exception cref="FailureException">There are too many.</exception>
    public int Find(ReadOnlySpan<byte> name)
    {
        var lookup = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(name, out var number))
        {
            return number;
        }

        if (_names.Count == max)
        {
            throw new FailureException(tooMany);
        }

        _names.Add(Encoding.UTF8.GetString(name));
        return lookup[name] = _names.Count - 1;
    }

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static Bytes Comparer { get; } = new();

        public bool Equals(byte[]? one, byte[]? other) => StructuralComparisons.StructuralEqualityComparer.Equals(one, other);

        public bool Equals(ReadOnlySpan<byte> one, byte[] other) => one.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] bytes) => GetHashCode(bytes.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> bytes) => (int)XxHash3.HashToUInt64(bytes);

        public byte[] Create(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }
}
