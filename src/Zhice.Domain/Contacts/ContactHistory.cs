namespace Zhice.Domain.Contacts;

/// <summary>
/// When a customer was contacted, in each scope. A cap of L contacts is reached exactly when the L-th latest lies in
/// its window, so the latest L are all that need be kept.
/// </summary>
public sealed class ContactHistory
{
    private const byte Oldest = 1;
    private const byte Format = 2;

    private readonly List<Scope> _scopes;

    /// <summary>Never contacted.</summary>
    public ContactHistory()
        : this([])
    {
    }

    private ContactHistory(List<Scope> scopes) => _scopes = scopes;

    /// <summary>The scopes in which the customer was contacted.</summary>
    public IEnumerable<(CapScope Scope, ushort Number)> Scopes => _scopes.Select(scope => (scope.Kind, scope.Number));

    /// <summary>Counts a contact.</summary>
    /// <param name="scopes">What it belongs to.</param>
    /// <param name="atMs">When, unix milliseconds; contacts may come out of order.</param>
    /// <param name="keep">How many of the latest to keep in each scope: the largest limit of the caps, or more.</param>
    public void Record(in ContactScopes scopes, long atMs, int keep)
    {
        for (var kind = CapScope.All; kind <= CapScope.Action; kind++)
        {
            var at = IndexOf(kind, scopes.In(kind));
            var times = at < 0 ? [] : _scopes[at].Times;
            var place = Array.BinarySearch(times, atMs);
            place = place < 0 ? ~place : place;
            long[] more = [.. times.AsSpan(0, place), atMs, .. times.AsSpan(place)];
            var scope = new Scope(kind, scopes.In(kind), more.Length > keep ? more[^keep..] : more);
            if (at < 0)
            {
                _scopes.Add(scope);
            }
            else
            {
                _scopes[at] = scope;
            }
        }
    }

    /// <summary>Gives the slot of a void contact back.</summary>
    public void Remove(in ContactScopes scopes, long atMs)
    {
        for (var kind = CapScope.All; kind <= CapScope.Action; kind++)
        {
            var at = IndexOf(kind, scopes.In(kind));
            var place = at < 0 ? -1 : Array.BinarySearch(_scopes[at].Times, atMs);
            if (place >= 0)
            {
                var times = _scopes[at].Times;
                _scopes[at] = _scopes[at] with { Times = [.. times.AsSpan(0, place), .. times.AsSpan(place + 1)] };
            }
        }
    }

    /// <summary>How many contacts there were from an instant on; exact up to the number that is kept.</summary>
    public int CountSince(CapScope kind, ushort number, long sinceMs)
    {
        var at = IndexOf(kind, number);
        if (at < 0)
        {
            return 0;
        }

        var times = _scopes[at].Times;
        var first = times.Length;
        while (first > 0 && times[first - 1] >= sinceMs)
        {
            first--;
        }

        return times.Length - first;
    }

    /// <summary>The instant of the n-th latest contact, from 1; <see cref="long.MinValue"/> when there are fewer.</summary>
    public long NthLatest(CapScope kind, ushort number, int n)
    {
        var at = IndexOf(kind, number);
        return at < 0 || _scopes[at].Times.Length < n ? long.MinValue : _scopes[at].Times[^n];
    }

    /// <summary>A copy; the lists of times themselves never change.</summary>
    public ContactHistory Clone() => new([.. _scopes]);

    /// <summary>The history as bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        writer.Write7BitEncodedInt(_scopes.Count);
        foreach (var scope in _scopes)
        {
            writer.Write((byte)scope.Kind);
            writer.WriteNumber(scope.Number);
            writer.WriteNear(scope.Times);
        }

        return stream.ToArray();
    }

    /// <summary>Reads a history back.</summary>
    /// <exception cref="FormatException">They are not the bytes of a history.</exception>
    public static ContactHistory FromBytes(byte[] bytes) => Bytes.Read(bytes, Oldest, Format, "a contact history", static (reader, format) =>
    {
        var scopes = new List<Scope>();
        for (var left = reader.Count(1 << 20); left > 0; left--)
        {
            scopes.Add(format == Oldest
                ? new((CapScope)reader.ReadByte(), reader.ReadUInt16(), reader.ReadLongs(4096))
                : new((CapScope)reader.ReadByte(), reader.ReadNumber(), reader.ReadNear(4096)));
        }

        return new ContactHistory(scopes);
    });

    private int IndexOf(CapScope kind, ushort number)
    {
        for (var i = 0; i < _scopes.Count; i++)
        {
            if (_scopes[i].Kind == kind && _scopes[i].Number == number)
            {
                return i;
            }
        }

        return -1;
    }

    private readonly record struct Scope(CapScope Kind, ushort Number, long[] Times);
}
