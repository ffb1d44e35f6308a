using Zhice.Api.Errors;

namespace Zhice.Api.Tests.Errors;

/// <summary>The table of errors that callers read is the table in the code.</summary>
public sealed class ErrorTableTests
{
    private static readonly string[] Rows = File.ReadAllLines(FindDocument(AppContext.BaseDirectory));

    [Fact]
    public void Every_reason_stands_in_the_document_with_its_code_and_no_other_does()
    {
        var told = Rows.Where(row => row.StartsWith("| `", StringComparison.Ordinal))
            .Select(row => row.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 5)
            .ToDictionary(cells => cells[1].Trim('`'), cells => cells[2].Replace("_", "", StringComparison.Ordinal));

        Assert.Equal(ErrorReasons.All.Select(reason => reason.Name).Order(), told.Keys.Order());
        Assert.All(ErrorReasons.All, reason => Assert.Equal($"{reason.Code}", told[reason.Name], ignoreCase: true));
    }

    [Fact]
    public void Every_reason_of_a_field_stands_in_the_document() =>
        Assert.All(FieldReasons.All, reason => Assert.Contains(Rows, row => row.StartsWith($"| `{reason}`", StringComparison.Ordinal)));

    private static string FindDocument(string folder) =>
        File.Exists(Path.Combine(folder, "docs", "errors.md"))
            ? Path.Combine(folder, "docs", "errors.md")
            : FindDocument(
                Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside of the repository."));
}
