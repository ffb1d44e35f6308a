using Zhice.Api.Identity;
using Zhice.Api.Pipeline;

namespace Zhice.Api.Tests.Identity;

/// <summary>The table of roles that operators read is the table in the code.</summary>
public sealed class RoleTableTests
{
    [Fact]
    public void Every_method_stands_in_the_document_with_its_roles_and_no_other_does()
    {
        var told = File.ReadAllLines(FindDocument(AppContext.BaseDirectory))
            .Select(static row => row.Split('|', StringSplitOptions.TrimEntries))
            .Where(static cells =>
                cells.Length == 4 && cells[1].StartsWith('`') && cells[1].Contains('/', StringComparison.Ordinal)
                    && !cells[1].Contains(' ', StringComparison.Ordinal) && char.IsAsciiLetterUpper(cells[1][1]))
            .Select(static cells => $"{cells[1].Trim('`')}: {cells[2]}");

        var methods = ApiService.All.SelectMany(static service => service.Contract.Methods)
            .Select(static method => $"{method.Service.Name}/{method.Name}: {RoleNames.Join(ApiMethods.Find($"/{method.Service.FullName}/{method.Name}")!.Call.Roles)}");
        Assert.Equal(methods.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    private static string FindDocument(string folder) =>
        Path.Combine(folder, "docs", "security", "identity.md") is var file && File.Exists(file)
            ? file
            : FindDocument(
                Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside of the repository."));
}
