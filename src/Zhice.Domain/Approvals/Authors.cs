using System.Collections.Immutable;

namespace Zhice.Domain.Approvals;

/// <summary>
/// Everybody who wrote a part of what is to be approved. Nobody approves a change of their own, also when another person
/// wrote the last revision. A name is the same whatever its case, its width and the spaces around it.
/// </summary>
public static class Authors
{
    /// <summary>The authors and one more.</summary>
    public static ImmutableArray<string> With(ImmutableArray<string> authors, string author) =>
        Has(authors, author) ? authors : authors.IsDefault ? [author] : authors.Add(author);

    /// <summary>Whether a person is one of the authors.</summary>
    public static bool Has(ImmutableArray<string> authors, string person) =>
        !authors.IsDefault && authors.Any(author => Same(author, person));

    private static bool Same(string one, string other) =>
        string.Equals(Plain(one), Plain(other), StringComparison.OrdinalIgnoreCase);

    // By hand: without the tables of ICU, Normalize folds no width.
    private static string Plain(string name) =>
        string.Concat(name.Select(static c => c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c == '\u3000' ? ' ' : c)).Trim();
}
