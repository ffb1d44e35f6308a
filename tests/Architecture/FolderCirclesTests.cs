using System.Text.RegularExpressions;
using Xunit;

namespace Zhice.Architecture.Tests;

/// <summary>
/// How many folders of a project stand in circles, as their using lines say. The numbers may only shrink: whoever opens a circle
/// lowers the number.
/// </summary>
public sealed partial class FolderCirclesTests
{
    [Theory]
    [InlineData("Zhice.Domain", 10)]
    [InlineData("Zhice.Storage", 0)]
    [InlineData("Zhice.Api", 0)]
    [InlineData("Zhice.Grains", 0)]
    [InlineData("Zhice.Catalogs", 0)]
    [InlineData("Zhice.Contracts", 0)]
    [InlineData("Zhice.Bulk", 0)]
    [InlineData("Zhice.Files", 0)]
    [InlineData("Zhice.Postgres", 0)]
    public void No_more_folders_stand_in_circles_than_did(string project, int count) =>
        Assert.Equal(count, InCircles(Path.Combine(Sources.Root, "src", project)).Count);

    private static List<string> InCircles(string folder)
    {
        var edges = new Dictionary<string, HashSet<string>>();
        foreach (var file in Sources.Files(folder, "*.cs"))
        {
            var text = File.ReadAllText(file);
            if (Namespaces().Match(text) is { Success: true } own)
            {
                edges.TryAdd(own.Groups[1].Value, []);
                edges[own.Groups[1].Value].UnionWith(Usings().Matches(text).Select(static match => match.Groups[1].Value));
            }
        }

        // A folder stands in a circle when it can be reached from itself by way of another.
        return [.. edges.Keys.Where(start => Reached(start, edges).Contains(start))];
    }

    private static HashSet<string> Reached(string start, Dictionary<string, HashSet<string>> edges)
    {
        var (reached, next) = (new HashSet<string>(), new Stack<string>(edges[start].Where(to => to != start)));
        while (next.TryPop(out var at))
        {
            if (edges.TryGetValue(at, out var further) && reached.Add(at))
            {
                foreach (var to in further.Where(to => to != at))
                {
                    next.Push(to);
                }
            }
        }

        return reached;
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespaces();

    [GeneratedRegex(@"^using (?:\w+ = )?(Zhice\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
