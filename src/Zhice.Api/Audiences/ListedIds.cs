using System.Text;
using Zhice.Domain.Primitives;

namespace Zhice.Api.Audiences;

/// <summary>
/// Ids of one bucket, each once: their bytes one after the other, in pieces that are never copied, and a table of their places.
/// </summary>
internal sealed class ListedIds
{
    private const int MinPiece = 256;
    private const int BitsInPiece = 13;
    private const int MaxPiece = 1 << BitsInPiece;

    private readonly List<byte[]> _pieces = [];

    // Open addressing; 0 is free, else the place of an id and one.
    private int[] _places = new int[4];
    private int _written;

    public int Count { get; private set; }

    /// <summary>Adds an id; false when it is there.</summary>
    /// <param name="id">The id, at most 255 bytes.</param>
    /// <param name="hash">Its hash by <see cref="CustomerBucket.Hash"/>.</param>
    public bool Add(ReadOnlySpan<byte> id, ulong hash)
    {
        var at = Find(id, hash);
        if (_places[at] > 0)
        {
            return false;
        }

        _places[at] = Keep(id);
        if (4 * ++Count > 3 * _places.Length)
        {
            Grow();
        }

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

    // What is left of a piece stays 0, which is no length of an id.
    private int Keep(ReadOnlySpan<byte> id)
    {
        if (_pieces.Count == 0 || _written + 1 + id.Length > _pieces[^1].Length)
        {
            _pieces.Add(new byte[_pieces.Count == 0 ? MinPiece : Math.Min(MaxPiece, 2 * _pieces[^1].Length)]);
            _written = 0;
        }

        var place = ((_pieces.Count - 1) << BitsInPiece) + _written;
        _pieces[^1][_written++] = (byte)id.Length;
        id.CopyTo(_pieces[^1].AsSpan(_written));
        _written += id.Length;
        return place + 1;
    }

    private ReadOnlySpan<byte> Get(int place)
    {
        var (piece, at) = (_pieces[(place - 1) >> BitsInPiece], (place - 1) & (MaxPiece - 1));
        return piece.AsSpan(at + 1, piece[at]);
    }

    private void Grow()
    {
        var before = _places;
        _places = new int[2 * before.Length];
        foreach (var place in before)
        {
            if (place > 0)
            {
                var id = Get(place);
                _places[Find(id, CustomerBucket.Hash(id))] = place;
            }
        }
    }

    // Where the id is, or where it belongs. The low bits of the hash are the bucket's, the same in all.
    private int Find(ReadOnlySpan<byte> id, ulong hash)
    {
        var last = _places.Length - 1;
        var at = (int)(hash >> 32) & last;
        while (_places[at] > 0 && !Get(_places[at]).SequenceEqual(id))
        {
            at = (at + 1) & last;
        }

        return at;
    }
}
