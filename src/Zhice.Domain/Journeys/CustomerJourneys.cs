using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Journeys;

/// <summary>A journey that a customer is in.</summary>
/// <param name="Journey">The number of the journey.</param>
/// <param name="Version">Its version.</param>
/// <param name="Stage">The number of the stage.</param>
public readonly record struct JourneyPlace(ushort Journey, int Version, ushort Stage)
{
    /// <summary>When the customer entered the journey, unix milliseconds.</summary>
    public long EnteredAtMs { get; init; }

    /// <summary>When the customer came to the stage.</summary>
    public long SinceMs { get; init; }

    /// <summary>Up to when the stage's instants were tried.</summary>
    public long TriedUpToMs { get; init; }

    /// <summary>When the next instant is to be tried; null: none is.</summary>
    public long? DueAtMs { get; init; }

    /// <summary>The generation of the timer.</summary>
    public long Generation { get; init; }

    /// <summary>How often the customer has entered the journey, this time too.</summary>
    public int Entries { get; init; }

    /// <summary>How many moves there were since then.</summary>
    public int Moves { get; init; }

    /// <summary>The arm in the journey's experiment, from 1; 0 for none.</summary>
    public byte Arm { get; init; }

    /// <summary>Whether the goal was reached.</summary>
    public bool HasReachedGoal { get; init; }

    /// <summary>The contacts that the stage made for this visit, as far as it asks of them or they are void when it is left.</summary>
    public ImmutableArray<StageContact> Contacts { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether the visit remembers that it made a contact.</summary>
    public bool MadeContact(ContactId contact)
    {
        foreach (var made in Contacts)
        {
            if (made.Id == contact)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A contact that a visit of a stage made.</summary>
/// <param name="Id">The contact.</param>
/// <param name="IsVoidOnLeave">Whether it is void when the customer leaves the stage, while it waits for its channel.</param>
public readonly record struct StageContact(ContactId Id, bool IsVoidOnLeave);

/// <summary>A journey that a customer has left.</summary>
/// <param name="Journey">The number of the journey.</param>
/// <param name="LeftAtMs">When, unix milliseconds.</param>
/// <param name="Entries">How often the customer entered it.</param>
/// <param name="Generation">The last generation of its timer.</param>
public readonly record struct LeftJourney(ushort Journey, long LeftAtMs, int Entries, long Generation);

/// <summary>The journeys of a customer: those under way, those left, and the last moves.</summary>
public sealed class CustomerJourneys
{
    /// <summary>In how many a customer is at the most.</summary>
    public const int Capacity = 20;

    /// <summary>How many moves are remembered.</summary>
    public const int PathLength = 64;

    // Of journeys long left only what keeps customers from entering again.
    private const int MaxLeft = 256;

    // A stage has as many stage actions.
    private const int MaxContacts = 16;

    private readonly List<JourneyPlace> _places;
    private readonly List<LeftJourney> _left;
    private readonly List<JourneyMove> _path;

    /// <summary>In none, ever.</summary>
    public CustomerJourneys()
        : this([], [], [])
    {
    }

    private CustomerJourneys(List<JourneyPlace> places, List<LeftJourney> left, List<JourneyMove> path) =>
        (_places, _left, _path) = (places, left, path);

    /// <summary>Whether there is anything to remember.</summary>
    public bool IsEmpty => _places.Count + _left.Count + _path.Count == 0;

    /// <summary>Where the customer is, in the order of entering.</summary>
    public ReadOnlySpan<JourneyPlace> Places => CollectionsMarshal.AsSpan(_places);

    /// <summary>The last moves, the latest last.</summary>
    public IReadOnlyList<JourneyMove> Path => _path;

    /// <summary>Where the customer is in a journey; null: not in it.</summary>
    public JourneyPlace? Find(ushort journey)
    {
        foreach (ref readonly var place in Places)
        {
            if (place.Journey == journey)
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>Whether the customer is still in the stage visit that made a contact.</summary>
    /// <param name="journey">The number of the journey.</param>
    /// <param name="contact">The contact.</param>
    public bool StandBehind(ushort journey, ContactId contact) => Find(journey)?.MadeContact(contact) is true;

    /// <summary>When the customer left a journey last; null: never.</summary>
    public LeftJourney? Left(ushort journey)
    {
        foreach (ref readonly var left in CollectionsMarshal.AsSpan(_left))
        {
            if (left.Journey == journey)
            {
                return left;
            }
        }

        return null;
    }

    /// <summary>A copy.</summary>
    public CustomerJourneys Clone() => IsEmpty ? new() : new([.. _places], [.. _left], [.. _path]);

    internal void Put(JourneyPlace place)
    {
        var at = _places.FindIndex(each => each.Journey == place.Journey);
        if (at < 0)
        {
            _places.Add(place);
        }
        else
        {
            _places[at] = place;
        }
    }

    internal void Leave(JourneyPlace place, long atMs)
    {
        _places.RemoveAll(each => each.Journey == place.Journey);
        _left.RemoveAll(each => each.Journey == place.Journey);
        if (_left.Count == MaxLeft)
        {
            _left.RemoveAt(0);
        }

        _left.Add(new(place.Journey, atMs, place.Entries, place.Generation));
    }

    internal void Remember(JourneyMove move)
    {
        if (_path.Count == PathLength)
        {
            _path.RemoveAt(0);
        }

        _path.Add(move);
    }

    /// <summary>Whether a stage's contacts are remembered.</summary>
    internal bool HasContacts => _places.Exists(static place => place.Contacts.Length > 0);

    /// <summary>Writes the contacts of stages, which newer formats have in a part of their own.</summary>
    internal void WriteContacts(ByteWriter writer)
    {
        foreach (var place in _places)
        {
            writer.WriteCount(place.Contacts.Length);
            foreach (var contact in place.Contacts)
            {
                writer.Write(contact.Id);
                writer.Write(contact.IsVoidOnLeave);
            }
        }
    }

    /// <summary>Reads the contacts of stages back.</summary>
    internal CustomerJourneys ReadContacts(ByteReader reader)
    {
        for (var i = 0; i < _places.Count; i++)
        {
            var contacts = new StageContact[reader.Count(MaxContacts)];
            for (var j = 0; j < contacts.Length; j++)
            {
                contacts[j] = new(reader.ReadContactId(), reader.ReadBoolean());
            }

            _places[i] = _places[i] with { Contacts = ImmutableArray.Create(contacts) };
        }

        return this;
    }

    internal void Write(ByteWriter writer)
    {
        writer.WriteCount(_places.Count);
        foreach (var place in _places)
        {
            writer.WriteNumber(place.Journey);
            writer.WriteCount(place.Version);
            writer.WriteNumber(place.Stage);
            writer.Write(place.EnteredAtMs);
            writer.WriteSigned(unchecked(place.SinceMs - place.EnteredAtMs));
            writer.WriteSigned(unchecked(place.TriedUpToMs - place.EnteredAtMs));
            writer.Write(place.DueAtMs is not null);
            writer.WriteSigned(unchecked((place.DueAtMs ?? place.EnteredAtMs) - place.EnteredAtMs));
            writer.WriteLong(place.Generation);
            writer.WriteCount(place.Entries);
            writer.WriteCount(place.Moves);
            writer.Write(place.Arm);
            writer.Write(place.HasReachedGoal);
        }

        writer.WriteCount(_left.Count);
        foreach (var left in _left)
        {
            writer.WriteNumber(left.Journey);
            writer.Write(left.LeftAtMs);
            writer.WriteCount(left.Entries);
            writer.WriteLong(left.Generation);
        }

        writer.WriteCount(_path.Count);
        var before = 0L;
        foreach (var move in _path)
        {
            writer.WriteNumber(move.Journey);
            writer.WriteCount(move.Version);
            writer.Write(move.Arm);
            writer.WriteNumber(move.From);
            writer.WriteNumber(move.To);
            writer.Write((byte)move.Cause);
            writer.WriteNumber(move.EventType);
            writer.WriteSigned(unchecked(move.AtMs - before));
            writer.WriteSigned(move.StayedMs);
            before = move.AtMs;
        }
    }

    internal static CustomerJourneys Read(ByteReader reader)
    {
        var count = reader.Count(Capacity);
        var places = new List<JourneyPlace>(count);
        for (; count > 0; count--)
        {
            var place = new JourneyPlace(reader.ReadNumber(), reader.ReadCount(), reader.ReadNumber()) { EnteredAtMs = reader.ReadInt64() };
            place = place with
            {
                SinceMs = unchecked(place.EnteredAtMs + reader.ReadSigned()),
                TriedUpToMs = unchecked(place.EnteredAtMs + reader.ReadSigned()),
            };
            var (isDue, due) = (reader.ReadBoolean(), reader.ReadSigned());
            places.Add(place with
            {
                DueAtMs = isDue ? unchecked(place.EnteredAtMs + due) : null,
                Generation = reader.ReadLong(),
                Entries = reader.ReadCount(),
                Moves = reader.ReadCount(),
                Arm = reader.ReadByte(),
                HasReachedGoal = reader.ReadBoolean(),
            });
        }

        count = reader.Count(MaxLeft);
        var left = new List<LeftJourney>(count);
        for (; count > 0; count--)
        {
            left.Add(new(reader.ReadNumber(), reader.ReadInt64(), reader.ReadCount(), reader.ReadLong()));
        }

        count = reader.Count(PathLength);
        var path = new List<JourneyMove>(count);
        var before = 0L;
        for (; count > 0; count--)
        {
            var (journey, version, arm) = (reader.ReadNumber(), reader.ReadCount(), reader.ReadByte());
            var (from, to, way, type) = (reader.ReadNumber(), reader.ReadNumber(), (TransitionCause)reader.ReadByte(), reader.ReadNumber());
            before = unchecked(before + reader.ReadSigned());
            path.Add(new(journey, version, arm, from, to, way, type, before, reader.ReadSigned()));
        }

        return new(places, left, path);
    }
}
