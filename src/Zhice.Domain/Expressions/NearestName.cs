namespace Zhice.Domain.Expressions;

/// <summary>Finds what a mistyped name was meant to be.</summary>
public static class NearestName
{
    // A hint is worth a millisecond: of long names, and of many, none is given.
    private const int MaxChars = 128;
    private const int MaxKnown = 1_000;

    /// <summary>The known name with the fewest edits, if at most a third of its letters differ; else null.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        if (name.Length > MaxChars || (known.TryGetNonEnumeratedCount(out var count) && count > MaxKnown))
        {
            return null;
        }

        string? nearest = null;
        var (fewest, seen) = (int.MaxValue, 0);
        foreach (var candidate in known)
        {
            if (++seen > MaxKnown)
            {
                return null;
            }

            var edits = Edits(name, candidate, Math.Min(fewest - 1, Math.Max(1, candidate.Length / 3)));
            if (edits < fewest)
            {
                (nearest, fewest) = (candidate, edits);
            }
        }

        return nearest;
    }

    /// <summary>The end of a sentence that says what may have been meant, or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> known) =>
        Find(name, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    // Levenshtein's distance, a row at a time, until it is more than may be; then int.MaxValue.
    private static int Edits(string a, string b, int max)
    {
        if (Math.Abs(a.Length - b.Length) > max || b.Length > MaxChars)
        {
            return int.MaxValue;
        }

        Span<int> above = stackalloc int[MaxChars + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            above[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = above[0];
            var min = above[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = above[j];
                above[j] = Math.Min(change, Math.Min(above[j], above[j - 1]) + 1);
                min = Math.Min(min, above[j]);
            }

            if (min > max)
            {
                return int.MaxValue;
            }
        }

        return above[b.Length] <= max ? above[b.Length] : int.MaxValue;
    }
}
