using System.Collections.Concurrent;
using System.Diagnostics;

namespace Zhice.SystemTests.Faults.Consents;

/// <summary>
/// What was forbidden and allowed again, when: by this program's own clock, noted before each call and after its
/// acknowledgement. Between the two nobody knows what holds.
/// </summary>
internal sealed class ConsentLog
{
    private static readonly DateTimeOffset Started = DateTimeOffset.UtcNow;
    private static readonly long StartedAt = Stopwatch.GetTimestamp();

    private readonly ConcurrentDictionary<string, List<Word>> _words = new(StringComparer.Ordinal);

    /// <summary>Now, by a clock that is never set back.</summary>
    public static DateTimeOffset Now => Started + Stopwatch.GetElapsedTime(StartedAt);

    /// <summary>How many words were acknowledged, by what they are about.</summary>
    public IEnumerable<(string Kind, int Count)> Counts => _words
        .GroupBy(
            static about => about.Key[..about.Key.IndexOf('/', StringComparison.Ordinal)],
            static about => Copy(about.Value).Count(static word => word.EndedAt is not null))
        .Select(static group => (group.Key, group.Sum()))
        .OrderBy(static pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Says a word. Of one thing only one is under way at a time.</summary>
    /// <param name="about">What it is about: its kind, a slash, a name.</param>
    /// <param name="isAllowed">Whether it allows; else it forbids.</param>
    /// <param name="call">The call, repeated until it is acknowledged; false: it changed nothing.</param>
    /// <param name="within">How long after its acknowledgement it may take until it is in force.</param>
    public async Task<bool> SayAsync(string about, bool isAllowed, Func<Task<bool>> call, TimeSpan within = default)
    {
        var words = _words.GetOrAdd(about, static _ => []);
        var word = new Word(isAllowed, Now);
        lock (words)
        {
            words.Add(word);
        }

        var isSaid = await call();
        lock (words)
        {
            word.EndedAt = Now + within;
            if (!isSaid)
            {
                words.Remove(word);
            }
        }

        return isSaid;
    }

    /// <summary>
    /// Whether a thing is surely forbidden all of a time: from after the acknowledgement of that, and without a call that allows it.
    /// </summary>
    public bool Forbids(string about, DateTimeOffset from, DateTimeOffset to)
    {
        var isForbidden = false;
        foreach (var word in WordsOf(about))
        {
            if (word.IsAllowed ? word.BegunAt <= to : word.EndedAt < from)
            {
                isForbidden = !word.IsAllowed;
            }
        }

        return isForbidden;
    }

    /// <summary>What was said of a thing around an instant, for a report.</summary>
    public string Around(string about, DateTimeOffset at) => string.Join("; ", WordsOf(about)
        .Where(word => (word.BegunAt - at).Duration() < TimeSpan.FromSeconds(20))
        .Select(static word => $"{(word.IsAllowed ? "allowed" : "forbidden")} {word.BegunAt:mm:ss.fff} to {word.EndedAt:mm:ss.fff}"));

    /// <summary>Whether a thing may have been forbidden at any instant of a time.</summary>
    public bool MayForbid(string about, DateTimeOffset from, DateTimeOffset to)
    {
        var words = WordsOf(about);
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].IsAllowed && words[i].BegunAt <= to
                && !(i + 1 < words.Count && words[i + 1].IsAllowed && words[i + 1].EndedAt < from))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>When a thing was forbidden: each word that forbids it, from before its call to after its acknowledgement.</summary>
    public IEnumerable<(DateTimeOffset BegunAt, DateTimeOffset? EndedAt)> ForbiddenAt(string about) =>
        WordsOf(about).Where(static word => !word.IsAllowed).Select(static word => (word.BegunAt, word.EndedAt));

    private List<Word> WordsOf(string about) => _words.TryGetValue(about, out var words) ? Copy(words) : [];

    private static List<Word> Copy(List<Word> words)
    {
        lock (words)
        {
            return [.. words.Select(static word => word with { })];
        }
    }

    private sealed record Word(bool IsAllowed, DateTimeOffset BegunAt)
    {
        public DateTimeOffset? EndedAt { get; set; }
    }
}
