using System.Buffers;
using System.Text;

namespace Zhice.Api.Audiences;

/// <summary>How many ids of lists that come in are held at a time, of all uploads together: about 40 bytes each.</summary>
internal sealed class ListRoom
{
    private const long Most = 6_000_000;

    private long _held;

    /// <summary>Takes room for an id; false when there is none.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _held) <= Most)
        {
            return true;
        }

        Leave(1);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Leave(long ids) => Interlocked.Add(ref _held, -ids);
}

/// <summary>Ids of one bucket, each once: their bytes one after the other, and a hash of 64 bits of each.</summary>
internal sealed class ListedIds
{
    private readonly HashSet<ulong> _hashes = [];
    private readonly ArrayBufferWriter<byte> _bytes = new(64);

    public int Count => _hashes.Count;

    /// <summary>Adds an id; false when it is there.</summary>
    /// <param name="id">The id, at most 255 bytes.</param>
    /// <param name="hash">Its hash.</param>
    public bool Add(ReadOnlySpan<byte> id, ulong hash)
    {
        if (!_hashes.Add(hash))
        {
            return false;
        }

        _bytes.Write([(byte)id.Length]);
        _bytes.Write(id);
        return true;
    }

    /// <summary>All of them.</summary>
    public IEnumerable<string> All()
    {
        for (var at = 0; at < _bytes.WrittenCount; at += 1 + _bytes.WrittenSpan[at])
        {
            yield return Encoding.UTF8.GetString(_bytes.WrittenSpan.Slice(at + 1, _bytes.WrittenSpan[at]));
        }
    }
}
