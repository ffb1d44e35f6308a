using System.Runtime.InteropServices;

namespace Zhice.Domain.Contacts;

/// <summary>When a customer last dismissed and last accepted an action; <see cref="long.MinValue"/> for never.</summary>
public readonly record struct ContactAnswer(ushort Action, ushort Category, long DismissedAtMs, long AcceptedAtMs)
{
    internal long LastMs => Math.Max(DismissedAtMs, AcceptedAtMs);
}

/// <summary>
/// The last answers to the actions that a customer answered, for the cool-downs: the 128 that were answered last. What
/// is forgotten is known by its time, and a cool-down that reaches so far back holds.
/// </summary>
public sealed class ContactAnswers
{
    /// <summary>How many actions it remembers.</summary>
    public const int Capacity = 128;

    private const long Never = long.MinValue;

    private readonly List<ContactAnswer> _answers;
    private long _forgottenUpToMs;

    /// <summary>Nothing was answered.</summary>
    public ContactAnswers()
        : this([], Never)
    {
    }

    private ContactAnswers(List<ContactAnswer> answers, long forgottenUpToMs) =>
        (_answers, _forgottenUpToMs) = (answers, forgottenUpToMs);

    /// <summary>The answers that are remembered.</summary>
    public IReadOnlyList<ContactAnswer> Answers => _answers;

    /// <summary>Notes a dismissal; an older one than is known changes nothing.</summary>
    public void Dismissed(ushort action, ushort category, long atMs) => Note(new(action, category, atMs, Never));

    /// <summary>Notes an acceptance; an older one than is known changes nothing.</summary>
    public void Accepted(ushort action, ushort category, long atMs) => Note(new(action, category, Never, atMs));

    /// <summary>Whether an action cools down.</summary>
    /// <param name="rule">The cool-down; of a category it hears the answers to all its groups.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="groups">Which categories are groups of others.</param>
    /// <remarks>Hot path: one pass over the answers; allocates nothing.</remarks>
    public bool Holds(CoolDown rule, long nowMs, CategoryGroups? groups = null)
    {
        var isKnown = false;
        foreach (ref readonly var answer in CollectionsMarshal.AsSpan(_answers))
        {
            if (rule.Action != 0 ? answer.Action == rule.Action : (groups ?? CategoryGroups.None).IsWithin(answer.Category, rule.Category))
            {
                isKnown = rule.Action != 0;
                if (rule.Holds(answer.DismissedAtMs, answer.AcceptedAtMs, nowMs))
                {
                    return true;
                }
            }
        }

        return !isKnown && rule.Holds(_forgottenUpToMs, _forgottenUpToMs, nowMs);
    }

    /// <summary>A copy.</summary>
    public ContactAnswers Clone() => new([.. _answers], _forgottenUpToMs);

    internal void Write(ByteWriter writer)
    {
        writer.WriteCount(_answers.Count);
        WriteTime(writer, _forgottenUpToMs);
        foreach (var answer in _answers)
        {
            writer.WriteNumber(answer.Action);
            writer.WriteNumber(answer.Category);
            WriteTime(writer, answer.DismissedAtMs);
            WriteTime(writer, answer.AcceptedAtMs);
        }
    }

    internal static ContactAnswers Read(ByteReader reader)
    {
        var count = reader.Count(Capacity);
        var forgotten = ReadTime(reader);
        var answers = new List<ContactAnswer>(count);
        for (var left = count; left > 0; left--)
        {
            answers.Add(new(reader.ReadNumber(), reader.ReadNumber(), ReadTime(reader), ReadTime(reader)));
        }

        return new(answers, forgotten);
    }

    // What never was takes one byte.
    private static void WriteTime(ByteWriter writer, long atMs)
    {
        writer.Write(atMs != Never);
        if (atMs != Never)
        {
            writer.WriteSigned(atMs);
        }
    }

    private static long ReadTime(ByteReader reader) => reader.ReadBoolean() ? reader.ReadSigned() : Never;

    private void Note(in ContactAnswer answer)
    {
        foreach (ref var known in CollectionsMarshal.AsSpan(_answers))
        {
            if (known.Action == answer.Action)
            {
                known = new(
                    answer.Action,
                    answer.Category,
                    Math.Max(known.DismissedAtMs, answer.DismissedAtMs),
                    Math.Max(known.AcceptedAtMs, answer.AcceptedAtMs));
                return;
            }
        }

        _answers.Add(answer);
        if (_answers.Count > Capacity)
        {
            var first = 0;
            for (var i = 1; i < _answers.Count; i++)
            {
                first = _answers[i].LastMs < _answers[first].LastMs ? i : first;
            }

            _forgottenUpToMs = Math.Max(_forgottenUpToMs, _answers[first].LastMs);
            _answers.RemoveAt(first);
        }
    }
}
