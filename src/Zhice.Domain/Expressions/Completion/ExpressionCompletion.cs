using System.Collections.Immutable;

namespace Zhice.Domain.Expressions.Completion;

/// <summary>What a completion names.</summary>
public enum CompletionKind
{
    /// <summary>A word of the language.</summary>
    Word = 1,

    /// <summary>A tag.</summary>
    Tag = 2,

    /// <summary>A value of an enum tag, or a stage of a journey.</summary>
    Value = 3,

    /// <summary>An event type.</summary>
    EventType = 4,

    /// <summary>A journey.</summary>
    Journey = 5,

    /// <summary>A cap.</summary>
    Cap = 6,
}

/// <summary>What may be written at a place in an expression.</summary>
/// <param name="Text">The text that takes the place of the word.</param>
/// <param name="Kind">What it names.</param>
public readonly record struct Completion(string Text, CompletionKind Kind);

/// <summary>
/// Names what may be written at a place in an expression that need not be finished. It looks back from the place only, so a fault
/// elsewhere hides nothing.
/// </summary>
public static class ExpressionCompletion
{
    /// <summary>The most completions.</summary>
    public const int MaxCount = 50;

    private const string TagPrefix = "tags.";

    private static readonly string[] Words =
    [
        "tags.", "has(tags.", "events.count(\"", "journey(\"", "contacts.used(\"", "now", "duration(\"7d\")", "timestamp(\"", "true", "false", "in",
    ];

    // What stands before a text in quotes, and what the text then names.
    private static readonly (string Before, CompletionKind Kind)[] Calls =
        [("journey(", CompletionKind.Journey), ("events.count(", CompletionKind.EventType), ("contacts.used(", CompletionKind.Cap)];

    /// <summary>What may be written at the cursor.</summary>
    /// <param name="source">The expression.</param>
    /// <param name="cursor">The place, 0 to the length of the expression.</param>
    /// <param name="schema">The names that it may use.</param>
    /// <returns>The completions, those first that begin as the word does, and where the word begins.</returns>
    public static (IReadOnlyList<Completion> Completions, int ReplaceFrom) Find(string source, int cursor, ExpressionSchema schema)
    {
        var before = source[..Math.Clamp(cursor, 0, source.Length)];
        if (OpenQuote(before) is var quote and >= 0)
        {
            return (Match(InQuotes(before[..quote], schema), before[(quote + 1)..]), quote + 1);
        }

        var start = WordStart(before);
        var word = before[start..];
        return word.StartsWith(TagPrefix, StringComparison.Ordinal)
            ? (Match(schema.Tags.Keys.Select(static id => new Completion(TagPrefix + id, CompletionKind.Tag)), word), start)
            : (Match(
                [
                    .. Words.Select(static each => new Completion(each, CompletionKind.Word)),
                    .. word.Length == 0 ? [] : schema.Tags.Keys.Select(static id => new Completion(TagPrefix + id, CompletionKind.Tag)),
                ],
                word), start);
    }

    private static IEnumerable<Completion> InQuotes(string before, ExpressionSchema schema)
    {
        var head = before.TrimEnd();
        foreach (var (call, kind) in Calls)
        {
            if (head.EndsWith(call, StringComparison.Ordinal))
            {
                IEnumerable<string> names = kind switch
                {
                    CompletionKind.Journey => schema.Journeys.Keys,
                    CompletionKind.EventType => schema.EventTypes.Keys,
                    _ => schema.Caps.Keys,
                };
                return names.Select(name => new Completion(name, kind));
            }
        }

        return ComparedValues(head, schema).Select(static value => new Completion(value, CompletionKind.Value));
    }

    // The values of what is compared: of `tags.city == "` or `tags.city in ["北京", "`, or of `journey("loan").stage == "`.
    private static ImmutableArray<string> ComparedValues(string head, ExpressionSchema schema)
    {
        if (head.LastIndexOf('[') is var list and >= 0 && head.LastIndexOf(']') < list)
        {
            head = head[..list].TrimEnd();
            head = head.EndsWith("in", StringComparison.Ordinal) ? head[..^2].TrimEnd() : "";
        }
        else
        {
            head = head.EndsWith("==", StringComparison.Ordinal) || head.EndsWith("!=", StringComparison.Ordinal) ? head[..^2].TrimEnd() : "";
        }

        var word = head[WordStart(head)..];
        if (word.StartsWith(TagPrefix, StringComparison.Ordinal))
        {
            return schema.Tags.TryGetValue(word[TagPrefix.Length..], out var tag) ? tag.EnumNumbers.Keys : [];
        }

        var call = head.EndsWith("\").stage", StringComparison.Ordinal) ? head.LastIndexOf("journey(\"", StringComparison.Ordinal) : -1;
        return call >= 0 && call + 9 <= head.Length - 8 && schema.Journeys.TryGetValue(head[(call + 9)..^8], out var journey)
            ? journey.Stages.Keys
            : [];
    }

    private static List<Completion> Match(IEnumerable<Completion> all, string word) =>
    [
        .. all
            .Where(each => each.Text.Contains(word, StringComparison.OrdinalIgnoreCase))
            .OrderBy(each => !each.Text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .ThenBy(static each => each.Kind)
            .ThenBy(static each => each.Text, StringComparer.Ordinal)
            .Take(MaxCount),
    ];

    // The quote of a text that is not closed before the cursor; -1: none.
    private static int OpenQuote(string before)
    {
        var open = -1;
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i] == '\\' && open >= 0)
            {
                i++;
            }
            else if (open >= 0 ? before[i] == before[open] : before[i] is '"' or '\'')
            {
                open = open >= 0 ? -1 : i;
            }
        }

        return open;
    }

    private static int WordStart(string before)
    {
        var start = before.Length;
        while (start > 0 && (char.IsAsciiLetterOrDigit(before[start - 1]) || before[start - 1] is '_' or '.'))
        {
            start--;
        }

        return start;
    }
}
