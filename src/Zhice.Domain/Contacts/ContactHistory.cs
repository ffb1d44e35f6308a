using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <summary>
/// When a customer was contacted, in each scope and by the moment at which the contact counted. Each list keeps its
/// latest instants, and the latest that it dropped: so it is known how far back the memory reaches, and a question that
/// reaches further is answered as if the cap were reached.
/// </summary>
public sealed class ContactHistory
{
    private const byte Oldest = 1;
    // Format 4 is 3 with service contacts beside the others; without such, 3 is written, which older silos read.
    private const byte Format = 4;
    private const byte WithoutService = 3;
    private const byte OfService = 0x40;
    private const long NoneDropped = long.MinValue;

    // What formats 1 and 2 kept at the least. A list of so many may have dropped some, and did not say so.
    private const int KeptOfOld = 16;

    // By kind, so that a question about one kind passes over few others.
    private readonly List<Scope> _scopes;

    /// <summary>Never contacted.</summary>
    public ContactHistory()
        : this([])
    {
    }

    private ContactHistory(List<Scope> scopes) => _scopes = scopes;

    /// <summary>The scopes in which the customer was contacted, each once.</summary>
    public IEnumerable<(CapScope Scope, ushort Number)> Scopes => _scopes.Select(scope => (scope.Kind, scope.Number)).Distinct();

    /// <summary>The numbers of a scope in which the customer was contacted for some purposes, each once.</summary>
    public IEnumerable<ushort> GetNumbers(CapScope kind, BoundPurposes purposes = BoundPurposes.Marketing) =>
        _scopes.Where(scope => scope.Kind == kind && (scope.Purpose & purposes) != 0).Select(static scope => scope.Number).Distinct();

    /// <summary>Which numbers of a scope contacts may have, with those of the categories above them.</summary>
    internal NumberSet NumbersMet(CapScope kind, CategoryGroups groups)
    {
        var met = default(NumberSet);
        foreach (ref readonly var scope in CollectionsMarshal.AsSpan(_scopes))
        {
            met = scope.Kind == kind ? met.With(kind, scope.Number, groups) : met;
        }

        return met;
    }

    /// <summary>Counts a contact.</summary>
    /// <param name="scopes">What it belongs to.</param>
    /// <param name="atMs">When, unix milliseconds; contacts may come out of order.</param>
    /// <param name="keep">How many of the latest to keep in each list: the largest limit of the caps, or more.</param>
    /// <param name="moment">The moment at which it counts.</param>
    /// <param name="purpose">The purpose by which it is bound.</param>
    public void Record(
        in ContactScopes scopes, long atMs, int keep, CountMoment moment = CountMoment.Any, BoundPurposes purpose = BoundPurposes.Marketing)
    {
        for (var kind = CapScope.All; kind <= CapScope.Treatment; kind++)
        {
            var at = IndexOf(kind, scopes.In(kind), moment, purpose);
            var before = at < 0 ? new Scope(kind, moment, scopes.In(kind), [], NoneDropped, purpose) : _scopes[at];
            var place = FindIndex(before.Times, atMs);
            long[] times = [.. before.Times.AsSpan(0, place), atMs, .. before.Times.AsSpan(place)];
            var dropped = Math.Max(0, times.Length - Math.Max(keep, 1));
            var after = before with
            {
                Times = dropped > 0 ? times[dropped..] : times,
                DroppedMs = dropped > 0 ? Math.Max(before.DroppedMs, times[dropped - 1]) : before.DroppedMs,
            };
            if (at < 0)
            {
                _scopes.Insert(GetEnd(kind), after);
            }
            else
            {
                _scopes[at] = after;
            }
        }
    }

    /// <summary>Gives the slot of a void contact back. What was dropped stays counted: too much rather than too little.</summary>
    public void Remove(
        in ContactScopes scopes, long atMs, CountMoment moment = CountMoment.Any, BoundPurposes purpose = BoundPurposes.Marketing)
    {
        for (var kind = CapScope.All; kind <= CapScope.Treatment; kind++)
        {
            var at = IndexOf(kind, scopes.In(kind), moment, purpose);
            var place = at < 0 ? -1 : Array.BinarySearch(_scopes[at].Times, atMs);
            if (place >= 0)
            {
                var times = _scopes[at].Times;
                _scopes[at] = _scopes[at] with { Times = [.. times.AsSpan(0, place), .. times.AsSpan(place + 1)] };
            }
        }
    }

    /// <summary>Whether there were so many contacts from an instant on, or may have been, where that is forgotten.</summary>
    public bool Reaches(int contacts, in ContactSelection selection, long sinceMs) => CountUpTo(contacts, selection, sinceMs) >= contacts;

    /// <summary>How many contacts there were from an instant on, at most so many; so many as well where that is forgotten.</summary>
    /// <remarks>Hot path: one pass over the scopes; allocates nothing.</remarks>
    public int CountUpTo(int limit, in ContactSelection selection, long sinceMs)
    {
        var (left, kind, number, groups) = (limit, selection.Kind, selection.Number, selection.Groups);
        foreach (ref readonly var scope in CollectionsMarshal.AsSpan(_scopes))
        {
            if (left <= 0 || scope.Kind > kind)
            {
                break;
            }

            // Most lists are of another number: they are passed over without a call.
            if (scope.Kind == kind && (scope.Number == number || groups is not null) && scope.Matches(selection))
            {
                if (scope.HasForgotten(sinceMs))
                {
                    return limit;
                }

                var times = scope.Times;
                for (var i = times.Length - 1; i >= 0 && left > 0 && times[i] >= sinceMs; i--)
                {
                    left--;
                }
            }
        }

        return limit - left;
    }

    /// <summary>Whether a contact of that very instant is remembered.</summary>
    public bool Contains(CapScope kind, ushort number, long atMs, CountMoment moment, BoundPurposes purpose = BoundPurposes.Marketing) =>
        IndexOf(kind, number, moment, purpose) is var at and >= 0 && Array.BinarySearch(_scopes[at].Times, atMs) >= 0;

    /// <summary>Whether any of some actions was contacted, as marketing, from an instant on, or may have been.</summary>
    public bool ReachesAnyOther(ReadOnlySpan<ushort> actions, ushort than, long sinceMs)
    {
        foreach (ref readonly var scope in CollectionsMarshal.AsSpan(_scopes))
        {
            if (scope.Kind == CapScope.Action && scope.Purpose == BoundPurposes.Marketing && scope.Number != than
                && actions.Contains(scope.Number)
                && ((scope.Times.Length > 0 && scope.Times[^1] >= sinceMs) || scope.HasForgotten(sinceMs)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many contacts are remembered from an instant on; the earliest of them, and up to when some may be forgotten.</summary>
    /// <remarks>Allocates nothing.</remarks>
    public int CountSince(in ContactSelection selection, long sinceMs, out long earliestMs, out long forgottenMs)
    {
        (earliestMs, forgottenMs) = (long.MaxValue, NoneDropped);
        var count = 0;
        foreach (ref readonly var scope in CollectionsMarshal.AsSpan(_scopes))
        {
            if (scope.Matches(selection))
            {
                forgottenMs = Math.Max(forgottenMs, scope.DroppedMs);
                for (var i = scope.Times.Length - 1; i >= 0 && scope.Times[i] >= sinceMs; i--)
                {
                    count++;
                    earliestMs = Math.Min(earliestMs, scope.Times[i]);
                }
            }
        }

        return count;
    }

    /// <summary>Whether nothing is remembered, and nothing forgotten.</summary>
    public bool IsEmpty => _scopes.Count == 0;

    /// <summary>How many contacts are remembered from an instant on.</summary>
    public int CountSince(CapScope kind, ushort number, long sinceMs, CountMoment moment = CountMoment.Any) =>
        TimesSince(new(kind, number, moment), sinceMs).Count();

    /// <summary>The instants of the contacts that are remembered from an instant on, in no order.</summary>
    public IEnumerable<long> TimesSince(ContactSelection selection, long sinceMs) =>
        _scopes.Where(scope => scope.Matches(selection)).SelectMany(scope => scope.Times).Where(atMs => atMs >= sinceMs);

    /// <summary>The latest instant from which on nothing is forgotten, less one; <see cref="long.MinValue"/> when nothing is.</summary>
    public long ForgottenUpTo(ContactSelection selection) =>
        _scopes.Where(scope => scope.Matches(selection)).Select(scope => scope.DroppedMs).DefaultIfEmpty(NoneDropped).Max();

    /// <summary>The instant of the n-th latest contact, from 1; <see cref="long.MinValue"/> when fewer are remembered.</summary>
    public long NthLatest(CapScope kind, ushort number, int n) =>
        TimesSince(new(kind, number), long.MinValue).OrderDescending().Skip(n - 1).FirstOrDefault(long.MinValue);

    /// <summary>A copy; the lists of times themselves never change.</summary>
    public ContactHistory Clone() => new([.. _scopes]);

    /// <summary>The history as bytes.</summary>
    public byte[] ToBytes() => Bytes.Write(this, static (writer, all) => all.Write(writer));

    /// <summary>Reads a history back.</summary>
    /// <exception cref="FormatException">They are not the bytes of a history.</exception>
    public static ContactHistory FromBytes(byte[] bytes) => Bytes.Read(bytes, "a contact history", Read);

    internal void Write(ByteWriter writer)
    {
        writer.Write(_scopes.Exists(static scope => scope.Purpose == BoundPurposes.Service) ? Format : WithoutService);
        writer.WriteCount(_scopes.Count);
        foreach (var scope in _scopes)
        {
            // One byte for the kind, the moment, whether it is of service, and whether anything was dropped.
            var hasDropped = scope.DroppedMs != NoneDropped;
            writer.Write(
                (byte)(
                    (int)scope.Kind | ((int)scope.Moment << 3) | (
                        scope.Purpose == BoundPurposes.Service ? OfService : 0) | (hasDropped ? 0x80 : 0)));
            writer.WriteNumber(scope.Number);
            writer.WriteNear(scope.Times);
            if (hasDropped)
            {
                writer.WriteSigned(unchecked(scope.DroppedMs - (scope.Times.Length > 0 ? scope.Times[0] : 0)));
            }
        }
    }

    internal static ContactHistory Read(ByteReader reader)
    {
        var format = reader.ReadFormat(Oldest, Format, "a contact history");
        var left = reader.Count(1 << 20);
        var scopes = new List<Scope>(left);
        for (; left > 0; left--)
        {
            scopes.Add(format switch
            {
                Oldest => OfOld((CapScope)reader.ReadByte(), reader.ReadUInt16(), reader.ReadLongs(4096)),
                2 => OfOld((CapScope)reader.ReadByte(), reader.ReadNumber(), reader.ReadNear(4096)),
                _ => ReadOne(reader),
            });
        }

        // Older formats have them in the order in which they came up.
        return new ContactHistory(format < WithoutService ? [.. scopes.OrderBy(static scope => scope.Kind)] : scopes);
    }

    private static Scope ReadOne(ByteReader reader)
    {
        var head = reader.ReadByte();
        var (kind, moment) = ((CapScope)(head & 7), (CountMoment)((head >> 3) & 7));
        var (number, times) = (reader.ReadNumber(), reader.ReadNear(4096));
        var dropped = head < 0x80 ? NoneDropped : unchecked((times.Length > 0 ? times[0] : 0) + reader.ReadSigned());
        return new(kind, moment, number, times, dropped, (head & OfService) == 0 ? BoundPurposes.Marketing : BoundPurposes.Service);
    }

    private static Scope OfOld(CapScope kind, ushort number, long[] times) =>
        new(kind, CountMoment.Any, number, times, times.Length < KeptOfOld ? NoneDropped : times[0], BoundPurposes.Marketing);

    private static int FindIndex(long[] times, long atMs)
    {
        var place = Array.BinarySearch(times, atMs);
        return place < 0 ? ~place : place;
    }

    private int GetEnd(CapScope kind)
    {
        var end = 0;
        while (end < _scopes.Count && _scopes[end].Kind <= kind)
        {
            end++;
        }

        return end;
    }

    private int IndexOf(CapScope kind, ushort number, CountMoment moment, BoundPurposes purpose)
    {
        for (var i = 0; i < _scopes.Count; i++)
        {
            if (_scopes[i].Kind == kind && _scopes[i].Number == number && _scopes[i].Moment == moment && _scopes[i].Purpose == purpose)
            {
                return i;
            }
        }

        return -1;
    }

    // All contacts later than DroppedMs are in Times; of earlier ones, some.
    private readonly record struct Scope(
        CapScope Kind, CountMoment Moment, ushort Number, long[] Times, long DroppedMs, BoundPurposes Purpose)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Matches(in ContactSelection selection) =>
            Kind == selection.Kind && selection.HasNumber(Number) && selection.HasMoment(Moment) && (Purpose & selection.Purposes) != 0;

        public bool HasForgotten(long sinceMs) => DroppedMs != NoneDropped && DroppedMs >= sinceMs;
    }
}
