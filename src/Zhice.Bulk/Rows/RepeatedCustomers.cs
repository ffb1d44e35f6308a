using System.IO.Hashing;

namespace Zhice.Bulk.Rows;

/// <summary>Tells whether a customer was in an earlier row of the file, by 64-bit hashes of the ids: 8 to 16 bytes a customer.</summary>
internal sealed class RepeatedCustomers
{
    /// <summary>How many customers are remembered; those after them count as new.</summary>
    public const int MaximumCustomers = 1 << 25;

    private const ulong InPlaceOfZero = 0x9E3779B97F4A7C15;

    private ulong[] _hashes = new ulong[1 << 12];
    private int _count;

    /// <summary>Notes a customer; false when they were there before.</summary>
    public bool Add(ReadOnlySpan<byte> customerId)
    {
        var hash = XxHash3.HashToUInt64(customerId);
        hash = hash == 0 ? InPlaceOfZero : hash;
        var at = Find(_hashes, hash);
        if (_hashes[at] == hash)
        {
            return false;
        }

        if (_count < MaximumCustomers)
        {
            _hashes[at] = hash;
            if (++_count * 2L > _hashes.Length)
            {
                Grow();
            }
        }

        return true;
    }

    private static int Find(ulong[] hashes, ulong hash)
    {
        var mask = hashes.Length - 1;
        var at = (int)hash & mask;
        while (hashes[at] != 0 && hashes[at] != hash)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void Grow()
    {
        var larger = new ulong[_hashes.Length * 2];
        foreach (var hash in _hashes)
        {
            if (hash != 0)
            {
                larger[Find(larger, hash)] = hash;
            }
        }

        _hashes = larger;
    }
}
