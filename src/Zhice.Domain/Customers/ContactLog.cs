using System.Runtime.InteropServices;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Customers;

/// <summary>Something that was said to a customer.</summary>
public readonly record struct LoggedContact(ContactId Id, long AtMs, FeedbackType Answer, long AnsweredAtMs) : IStoredItem<LoggedContact>
{
    void IStoredItem<LoggedContact>.Write(ByteWriter writer)
    {
        writer.Write(Id);
        writer.WriteSigned(unchecked(AtMs - Id.Decision.DecidedAtMs));
        writer.Write((byte)Answer);
        if (Answer != FeedbackType.None)
        {
            writer.WriteSigned(unchecked(AnsweredAtMs - AtMs));
        }
    }

    static LoggedContact IStoredItem<LoggedContact>.Read(ByteReader reader)
    {
        var id = reader.ReadContactId();
        var atMs = unchecked(id.Decision.DecidedAtMs + reader.ReadSigned());
        var answer = (FeedbackType)reader.ReadByte();
        return new(id, atMs, answer, answer == FeedbackType.None ? 0 : unchecked(atMs + reader.ReadSigned()));
    }
}

/// <summary>What was said to a customer recently, and how they answered: the last 64 contacts.</summary>
public sealed class ContactLog : BoundedList<LoggedContact>
{
    /// <summary>How many contacts it keeps.</summary>
    public const int Capacity = 64;

    /// <summary>A log of nothing.</summary>
    public ContactLog()
        : this([])
    {
    }

    private ContactLog(List<LoggedContact> items)
        : base(items)
    {
    }

    /// <summary>Logs a contact.</summary>
    public void Add(ContactId id, long atMs)
    {
        if (Items.Count == Capacity)
        {
            Items.RemoveAt(0);
        }

        Items.Add(new(id, atMs, FeedbackType.None, 0));
    }

    /// <summary>Notes an answer, if the contact is kept and has no stronger one.</summary>
    /// <returns>What it teaches: each contact teaches once when it is first seen, and once more when it is then accepted.</returns>
    public LessonKind Answer(ContactId id, FeedbackType answer, long atMs, AttributionWindow? window = null)
    {
        foreach (ref var contact in CollectionsMarshal.AsSpan(Items))
        {
            if (contact.Id == id)
            {
                var lesson = GetLesson(contact, answer, (window ?? AttributionWindow.Default).Reaches(id.Decision.DecidedAtMs, atMs));
                if (Strength(answer) > Strength(contact.Answer))
                {
                    contact = contact with { Answer = answer, AnsweredAtMs = atMs };
                }

                return lesson;
            }
        }

        return LessonKind.None;
    }

    /// <summary>
    /// Whether a contact has this answer, or a stronger one beside which a weaker one changes nothing; null when it is not kept.
    /// </summary>
    public bool? IsAnswered(ContactId id, FeedbackType answer)
    {
        foreach (ref readonly var contact in All)
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
        foreach (ref readonly var contact in All)
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
    public LoggedContact? RemoveUnanswered(ContactId id) =>
        RemoveAt(Items.FindIndex(contact => contact.Id == id && contact.Answer == FeedbackType.None));

    /// <summary>A copy.</summary>
    public ContactLog Clone() => new([.. Items]);

    internal void Write(ByteWriter writer) => writer.WriteItems(Items);

    internal static ContactLog Read(ByteReader reader, byte format)
    {
        if (format > CustomerStateCodec.Oldest)
        {
            // A customer is mostly read to be told one thing more.
            return new(reader.ReadItems<LoggedContact>(Capacity, spare: 1));
        }

        var left = reader.Count(Capacity);
        var contacts = new List<LoggedContact>(left);
        for (; left > 0; left--)
        {
            contacts.Add(new(
                new(new(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadUInt16()), reader.ReadInt64(),
                (FeedbackType)reader.ReadByte(), reader.ReadInt64()));
        }

        return new(contacts);
    }

    // A dismissal says no more than being seen had taught. An acceptance that comes too late is not the contact's doing:
    // it teaches what an unaccepted contact does, if nothing was taught yet.
    private static LessonKind GetLesson(in LoggedContact contact, FeedbackType answer, bool isInWindow) => (contact.Answer, answer) switch
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
