using System.Text;

namespace Zhice.Api.Audiences;

/// <summary>How much memory the ids of lists that come in take at a time, of all uploads together.</summary>
internal sealed class UploadMemoryLimit
{
    /// <summary>How much it is: a list of 5,000,000 ids of 16 bytes has room.</summary>
    public const long MaxBytes = 196L << 20;

    // A hash, in a table that is full by a third at the least.
    private const int BytesOfHash = 24;

    private long _held;

    /// <summary>Takes room for an id.</summary>
    /// <param name="idBytes">How many bytes it has.</param>
    /// <returns>How much it takes, to be given back; 0 when there is none.</returns>
    public int TryTake(int idBytes)
    {
        var bytes = 1 + idBytes + BytesOfHash;
        if (Interlocked.Add(ref _held, bytes) <= MaxBytes)
        {
            return bytes;
        }

        Leave(bytes);
        return 0;
    }

    /// <summary>Gives room back.</summary>
    public void Leave(long bytes) => Interlocked.Add(ref _held, -bytes);
}

/// <summary>
/// Ids of one bucket, each once: their bytes one after the other, in pieces that are never copied, and a hash of 64 bits of each.
/// </summary>
internal sealed class ListedIds
{
    private const int MinPiece = 256;
    private const int MaxPiece = 8 << 10;

    private readonly List<byte[]> _pieces = [];
    private ulong[] _hashes = new ulong[4];
    private int _written;

    public int Count { get; private set; }

    /// <summary>Adds an id; false when it is there.</summary>
    /// <param name="id">The id, at most 255 bytes.</param>
    /// <param name="hash">Its hash.</param>
    public bool Add(ReadOnlySpan<byte> id, ulong hash)
    {
        if (!AddHash(hash))
        {
            return false;
        }

        if (_pieces.Count == 0 || _written + 1 + id.Length > _pieces[^1].Length)
        {
            _pieces.Add(new byte[_pieces.Count == 0 ? MinPiece : Math.Min(MaxPiece, 2 * _pieces[^1].Length)]);
            _written = 0;
        }

        // What is left of a piece stays 0, which is no length of an id.
        _pieces[^1][_written++] = (byte)id.Length;
        id.CopyTo(_pieces[^1].AsSpan(_written));
        _written += id.Length;
        return true;
    }

    /// <summary>All of them.</summary>
    public IEnumerable<string> All()
    {
        foreach (var piece in _pieces)
        {
            for (var at = 0; at < piece.Length && piece[at] > 0; at += 1 + piece[at])
            {
                yield return Encoding.UTF8.GetString(piece.AsSpan(at + 1, piece[at]));
            }
        }
    }

    // Open addressing; 0 is a free place, so a hash of 0 stands as 1. The low bits are the bucket's, the same in all.
    private bool AddHash(ulong hash)
    {
        var kept = Math.Max(hash, 1);
        var at = GetIndex(kept);
        if (_hashes[at] == kept)
        {
            return false;
        }

        _hashes[at] = kept;
        if (4 * ++Count > 3 * _hashes.Length)
        {
            var before = _hashes;
            _hashes = new ulong[2 * before.Length];
            foreach (var each in before)
            {
                if (each != 0)
                {
                    _hashes[GetIndex(each)] = each;
                }
            }
        }

        return true;
    }

    private int GetIndex(ulong hash)
    {
        var last = _hashes.Length - 1;
        var at = (int)(hash >> 32) & last;
        while (_hashes[at] != 0 && _hashes[at] != hash)
        {
            at = (at + 1) & last;
        }

        return at;
    }
}
