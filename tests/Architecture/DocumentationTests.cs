using System.Text.RegularExpressions;
using Xunit;

namespace Zhice.Architecture.Tests;

/// <summary>What the pages of the documentation say of each other.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Pages =
    [
        .. Sources.Files(Sources.Root, "*.md").Where(static page => !page.Contains("node_modules", StringComparison.Ordinal)),
    ];

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading_that_are_there() => Assert.Empty(
        from page in Pages
        from Match link in Link().Matches(WithoutCode(page))
        let parts = link.Groups[1].Value.Split('#')
        let target = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]))
        where !(File.Exists(target) || Directory.Exists(target))
            || (parts.Length > 1 && target.EndsWith(".md", StringComparison.Ordinal) && !Headings(target).Contains(parts[1]))
        select $"{Path.GetRelativePath(Sources.Root, page)}: {link.Groups[1].Value}");

    [Fact]
    public void The_list_of_pages_names_every_page()
    {
        var list = File.ReadAllText(Path.Combine(Sources.Root, "docs/README.md"));
        Assert.Empty(
            from page in Pages
            let path = Path.GetRelativePath(Path.Combine(Sources.Root, "docs"), page)
            where !path.StartsWith("..", StringComparison.Ordinal) && !path.StartsWith("decisions/0", StringComparison.Ordinal)
                && path != "README.md" && !list.Contains($"({path})", StringComparison.Ordinal)
            select path);
    }

    [Fact]
    public void The_index_of_decisions_has_each_with_its_title_date_and_number()
    {
        var index = File.ReadAllLines(Path.Combine(Sources.Root, "docs/decisions/README.md"));
        Assert.Empty(
            from page in Pages
            let name = Path.GetFileName(page)
            where page.Contains("/docs/decisions/0", StringComparison.Ordinal) && !name.StartsWith("0000", StringComparison.Ordinal)
            let lines = File.ReadAllLines(page)
            let title = lines[0].Split(". ", 2)[^1]
            let date = lines.First(static line => line.StartsWith("- Date: ", StringComparison.Ordinal))["- Date: ".Length..]
            let row = $"| [{name[..4]}]({name}) | {title} |"
            where !index.Any(line => line.StartsWith(row, StringComparison.Ordinal) && line.Contains($"| {date} |", StringComparison.Ordinal))
            select $"{name}: no row '{row} … | {date} | …'");
    }

    private static string WithoutCode(string page) => Code().Replace(File.ReadAllText(page), "");

    // The ids of headings, as GitHub makes them.
    private static HashSet<string> Headings(string page) =>
    [
        .. from Match heading in Heading().Matches(WithoutCode(page))
           let text = LinkText().Replace(heading.Groups[1].Value, "$1").Trim().ToLowerInvariant()
           select Sign().Replace(text, "").Replace(' ', '-'),
    ];

    [GeneratedRegex(@"\]\((?![a-z]+:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Sign();
}
