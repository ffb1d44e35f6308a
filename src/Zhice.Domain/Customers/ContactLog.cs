using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;

namespace Zhice.Domain.Customers;

/// <summary>How a customer answered. The numbers are stored, and those of the public contract.</summary>
public enum FeedbackType : byte
{
    /// <summary>Not at all, so far.</summary>
    None = 0,

    /// <summary>It was seen.</summary>
    Impression = 1,

    /// <summary>It was tapped.</summary>
    Click = 2,

    /// <summary>It was taken.</summary>
    Acceptance = 3,

    /// <summary>It was waved away.</summary>
    Dismissal = 4,
}

/// <summary>Something that was said to a customer.</summary>
public readonly record struct LoggedContact(ContactId Id, long AtMs, FeedbackType Answer, long AnsweredAtMs);

/// <summary>What was said to a customer recently, and how they answered: the last 64 contacts.</summary>
public sealed class ContactLog
{
    /// <summary>How many contacts it keeps.</summary>
    public const int Capacity = 64;

    private readonly List<LoggedContact> _contacts;

    /// <summary>A log of nothing.</summary>
    public ContactLog()
        : this([])
    {
    }

    private ContactLog(List<LoggedContact> contacts) => _contacts = contacts;

    /// <summary>The contacts, the earliest logged first.</summary>
    public ReadOnlySpan<LoggedContact> Contacts => CollectionsMarshal.AsSpan(_contacts);

    /// <summary>Logs a contact.</summary>
    public void Add(ContactId id, long atMs)
    {
        if (_contacts.Count == Capacity)
        {
            _contacts.RemoveAt(0);
        }

        _contacts.Add(new(id, atMs, FeedbackType.None, 0));
    }

    /// <summary>Notes an answer, if the contact is kept and has no stronger one.</summary>
    /// <returns>What it teaches: each contact teaches once when it is first seen, and once more when it is then accepted.</returns>
    public LessonKind Answer(ContactId id, FeedbackType answer, long atMs, AttributionWindow? window = null)
    {
        foreach (ref var contact in CollectionsMarshal.AsSpan(_contacts))
        {
            if (contact.Id == id)
            {
                var lesson = LessonOf(contact, answer, (window ?? AttributionWindow.Default).Reaches(id.Decision.DecidedAtMs, atMs));
                if (Strength(answer) > Strength(contact.Answer))
                {
                    contact = contact with { Answer = answer, AnsweredAtMs = atMs };
                }

                return lesson;
            }
        }

        return LessonKind.None;
    }

    /// <summary>Whether a contact has this answer, or a stronger one beside which a weaker one changes nothing; null when it is not kept.</summary>
    public bool? IsAnswered(ContactId id, FeedbackType answer)
    {
        foreach (ref readonly var contact in Contacts)
        {
            if (contact.Id == id)
            {
                return Strength(contact.Answer) >= Strength(answer);
            }
        }

        return null;
    }

    /// <summary>Whether a contact is kept.</summary>
    public bool Contains(ContactId id)
    {
        foreach (ref readonly var contact in Contacts)
        {
            if (contact.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a void contact out, unless it was answered.</summary>
    /// <returns>What was logged; null when it is not kept, or was answered.</returns>
    public LoggedContact? RemoveUnanswered(ContactId id)
    {
        var at = _contacts.FindIndex(contact => contact.Id == id && contact.Answer == FeedbackType.None);
        if (at < 0)
        {
            return null;
        }

        var logged = _contacts[at];
        _contacts.RemoveAt(at);
        return logged;
    }

    /// <summary>A copy.</summary>
    public ContactLog Clone() => new([.. _contacts]);

    internal void Write(ByteWriter writer)
    {
        writer.WriteCount(_contacts.Count);
        foreach (var contact in _contacts)
        {
            writer.Write(contact.Id.Decision.High);
            writer.Write(contact.Id.Decision.Low);
            writer.WriteNumber(contact.Id.Action);
            writer.WriteSigned(unchecked(contact.AtMs - contact.Id.Decision.DecidedAtMs));
            writer.Write((byte)contact.Answer);
            if (contact.Answer != FeedbackType.None)
            {
                writer.WriteSigned(unchecked(contact.AnsweredAtMs - contact.AtMs));
            }
        }
    }

    internal static ContactLog Read(ByteReader reader, byte format)
    {
        var left = reader.Count(Capacity);

        // A customer is mostly read to be told one thing more.
        var contacts = new List<LoggedContact>(left + 1);
        for (; left > 0; left--)
        {
            var decision = new DecisionId(reader.ReadUInt64(), reader.ReadUInt64());
            contacts.Add(format == CustomerStateCodec.Oldest
                ? new(new(decision, reader.ReadUInt16()), reader.ReadInt64(), (FeedbackType)reader.ReadByte(), reader.ReadInt64())
                : ReadOne(reader, decision));
        }

        return new(contacts);
    }

    private static LoggedContact ReadOne(ByteReader reader, DecisionId decision)
    {
        var id = new ContactId(decision, reader.ReadNumber());
        var atMs = unchecked(decision.DecidedAtMs + reader.ReadSigned());
        var answer = (FeedbackType)reader.ReadByte();
        return new(id, atMs, answer, answer == FeedbackType.None ? 0 : unchecked(atMs + reader.ReadSigned()));
    }

    // A dismissal says no more than being seen had taught. An acceptance that comes too late is not the contact's doing:
    // it teaches what an unaccepted contact does, if nothing was taught yet.
    private static LessonKind LessonOf(in LoggedContact contact, FeedbackType answer, bool isInWindow) => (contact.Answer, answer) switch
    {
        (FeedbackType.None, FeedbackType.Impression or FeedbackType.Click) => LessonKind.Seen,
        (FeedbackType.None, FeedbackType.Acceptance) when isInWindow => LessonKind.Accepted,
        (FeedbackType.None, FeedbackType.Acceptance or FeedbackType.Dismissal) => LessonKind.Dismissed,
        (FeedbackType.Impression or FeedbackType.Click, FeedbackType.Acceptance) when isInWindow => LessonKind.AcceptedAfterSeen,
        _ => LessonKind.None,
    };

    private static int Strength(FeedbackType answer) => answer switch
    {
        FeedbackType.Acceptance => 4,
        FeedbackType.Dismissal => 3,
        FeedbackType.Click => 2,
        FeedbackType.Impression => 1,
        _ => 0,
    };
}
