using System.Text.RegularExpressions;
using Xunit;

namespace Zhice.Architecture.Tests;

/// <summary>What no source says, and BannedSymbols.txt cannot tell.</summary>
public sealed partial class SourceRulesTests
{
    [Fact]
    public void No_grain_leaves_its_turn() =>
        Assert.DoesNotContain(Lines(OutOfTurn(), "src/Zhice.Grains"), static line => GrainFiles().IsMatch(line));

    [Fact]
    public void No_source_leaves_something_to_do() => Assert.Empty(Lines(Unfinished(), "src", "client", "silo", "samples", "tests"));

    private static List<string> Lines(Regex what, params string[] folders) =>
    [
        .. from folder in folders
           from file in Sources.Files(Path.Combine(Sources.Root, folder), "*.cs")
           from line in File.ReadLines(file).Index()
           where what.IsMatch(line.Item) && !file.EndsWith("SourceRulesTests.cs", StringComparison.Ordinal)
           select $"{Path.GetRelativePath(Sources.Root, file)}:{line.Index + 1}: {line.Item.Trim()}",
    ];

    [GeneratedRegex(@"ConfigureAwait\(false\)|\bParallel\.")]
    private static partial Regex OutOfTurn();

    [GeneratedRegex(@"Grain(\.\w+)?\.cs:")]
    private static partial Regex GrainFiles();

    [GeneratedRegex(@"//.*\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Unfinished();
}
