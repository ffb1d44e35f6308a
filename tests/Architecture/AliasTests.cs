using System.Text.RegularExpressions;
using Xunit;

namespace Zhice.Architecture.Tests;

/// <summary>
/// The names by which silos of different releases, and the store, know types, methods, grains and placement strategies (these by the name
/// of their class). One that was given is kept for ever, whatever the type or method is called; a new one is added to Aliases.txt.
/// </summary>
public sealed partial class AliasTests
{
    [Fact]
    public void Every_alias_that_was_given_is_kept()
    {
        var given = File.ReadLines(Path.Combine(Sources.Root, "tests/Architecture/Aliases.txt")).Order(StringComparer.Ordinal);
        var found = Sources.Files(Path.Combine(Sources.Root, "src"), "*.cs")
            .SelectMany(static file => Aliases().Matches(File.ReadAllText(file)))
            .Select(static match => match.Value).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(given, found);
    }

    [GeneratedRegex("(Alias|GrainType)\\(\"[^\"]+\"\\)|class [A-Za-z]+ : PlacementStrategy")]
    private static partial Regex Aliases();
}
