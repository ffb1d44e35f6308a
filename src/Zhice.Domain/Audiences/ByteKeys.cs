using System.IO.Hashing;

namespace Zhice.Domain.Audiences;

/// <summary>
/// Texts as UTF-8 and their numbers, such as the ids of a bucket's customers and their rows: all bytes in one pool, found by
/// an open hash table.
/// </summary>
/// <remarks>Budget: the bytes, 4 for their end, and 6 to 12 of the table. Numbers are given in order and never taken back.</remarks>
internal sealed class ByteKeys
{
    private byte[] _pool = [];
    private int[] _ends = [];
    private int[] _table = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many there is room for.</summary>
    public int Room => _ends.Length;

    /// <summary>What it takes of memory, about.</summary>
    public long Bytes => _pool.Length + (sizeof(int) * ((long)_ends.Length + _table.Length));

    /// <summary>The text with a number, as UTF-8.</summary>
    public ReadOnlySpan<byte> this[int row] => _pool.AsSpan(Start(row), _ends[row] - Start(row));

    /// <summary>The number of a text; -1 when it has none.</summary>
    public int Find(ReadOnlySpan<byte> id)
    {
        if (_table.Length == 0)
        {
            return -1;
        }

        var slot = GetSlot(id);
        for (; _table[slot] != 0; slot = (slot + 1) % _table.Length)
        {
            if (this[_table[slot] - 1].SequenceEqual(id))
            {
                return _table[slot] - 1;
            }
        }

        return -1;
    }

    /// <summary>Gives a text that has no number the next one.</summary>
    public int Add(ReadOnlySpan<byte> id)
    {
        var row = Count;
        if (row == _ends.Length)
        {
            Array.Resize(ref _ends, Grown(row));
            _table = new int[_ends.Length * 3 / 2];
            for (var known = 0; known < row; known++)
            {
                Enter(known);
            }
        }

        var start = Start(row);
        if (start + id.Length > _pool.Length)
        {
            Array.Resize(ref _pool, Math.Max(start + id.Length, Grown(_pool.Length)));
        }

        id.CopyTo(_pool.AsSpan(start));
        _ends[row] = start + id.Length;
        Count++;
        Enter(row);
        return row;
    }

    private static int Grown(int length) => Math.Max(64, ((length + (length / 4)) + 63) / 64 * 64);

    private int Start(int row) => row == 0 ? 0 : _ends[row - 1];

    private void Enter(int row)
    {
        var slot = GetSlot(this[row]);
        while (_table[slot] != 0)
        {
            slot = (slot + 1) % _table.Length;
        }

        _table[slot] = row + 1;
    }

    // The bucket took the hash's lowest bits.
    private int GetSlot(ReadOnlySpan<byte> id) => (int)((XxHash3.HashToUInt64(id) >> 16) % (uint)_table.Length);
}
