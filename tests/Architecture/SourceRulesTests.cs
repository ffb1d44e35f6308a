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

    // What is left out of it is made by whichever thread comes first, and two threads spoil each other's.
    [Fact]
    public void The_descriptors_of_every_file_of_the_contract_are_made_at_the_start()
    {
        var made = File.ReadAllText(Path.Combine(Sources.Root, "src/Zhice.Protocol/ProtocolDescriptors.cs"));
        Assert.All(
            Directory.GetFiles(Path.Combine(Sources.Root, "protos/zhice/v1"), "*.proto").Select(Path.GetFileNameWithoutExtension),
            file => Assert.Contains(
                $" {string.Concat(file!.Split('_').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]))}Reflection.Descriptor;", made));
    }

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
