using Zhice.Catalogs.Yaml;
using Zhice.Domain.Primitives;
using Zhice.V1;

namespace Zhice.Catalogs.Tests.Yaml;

/// <summary>Parts of the catalogue as texts that people edit.</summary>
public sealed class CatalogTextTests
{
    private static readonly V1.Catalog Sample = CatalogFiles.Read(SampleBank.CatalogFolder);

    [Fact]
    public void A_text_that_is_read_unchanged_changes_nothing_whatever_the_part()
    {
        foreach (var field in CatalogText.Fields)
        {
            Assert.Equal(Sample, CatalogText.Read(Sample, field, "", CatalogText.Write(Sample, field, "")!).Catalog);
        }
    }

    [Fact]
    public void One_thing_is_edited_where_it_was_and_the_others_stay()
    {
        var text = CatalogText.Write(Sample, "actions", "term_deposit")!;
        Assert.StartsWith("actions:\n", text, StringComparison.Ordinal);

        var edited = CatalogText.Read(
            Sample, "actions", "term_deposit", text.Replace("value_fen: 60000", "value_fen: 70000", StringComparison.Ordinal)).Catalog;
        var difference = Assert.Single(CatalogDiff.Between(Sample, edited));
        Assert.Equal(("60000", "70000"), (difference.Before, difference.After));
        Assert.Equal(Sample.Actions.Select(static each => each.ActionId), edited.Actions.Select(static each => each.ActionId));
    }

    [Fact]
    public void An_empty_text_removes_and_an_id_that_is_not_there_adds()
    {
        Assert.DoesNotContain(CatalogText.Read(Sample, "actions", "fund", "").Catalog.Actions, static each => each.ActionId == "fund");

        var added = CatalogText.Read(Sample, "placements", "+", "placements:\n  - {placement_id: kiosk, channel_id: branch}\n").Catalog;
        Assert.Equal("kiosk", added.Placements[^1].PlacementId);
        Assert.Equal(Sample.Placements.Count + 1, added.Placements.Count);
        Assert.Null(CatalogText.Write(Sample, "actions", "no_such_action"));
        Assert.Null(CatalogText.Write(Sample, "no_such_part", ""));
    }

    [Fact]
    public void A_fault_of_the_compiler_is_found_at_its_place_in_the_text()
    {
        const string Wrong = "tags.no_such_tag == 1";
        var text = CatalogText.Write(Sample, "actions", "large_certificate")!.Replace("tags.deposit_balance >= 200000", Wrong, StringComparison.Ordinal);
        var edited = CatalogText.Read(Sample, "actions", "large_certificate", text);
        var fault = Assert.Single(CatalogCompiler.Compile(edited.Catalog, SymbolTable.Empty, 2).Faults);

        var (line, column) = edited.Find(fault.Path);
        Assert.Contains(Wrong, text.Split('\n')[line - 1][(int)(column - 1)..], StringComparison.Ordinal);
        Assert.Equal((0, 0), edited.Find("placements[0].channel_id"));
        Assert.Equal((0, 0), edited.Find("actions[0].action_id"));
    }

    [Theory]
    [InlineData("actions:\n  - {action_idd: x}\n", 2, "there is no 'action_idd'")]
    [InlineData("placements:\n  - {placement_id: x}\n", 1, "this text has actions alone")]
    [InlineData("- x\n", 1, "begins with the name of the part")]
    [InlineData("actions:\n  - {action_id: [\n", 3, "")]
    public void What_is_no_text_of_the_part_is_refused_with_its_place(string text, int line, string description)
    {
        var fault = Assert.Throws<CatalogFileException>(() => CatalogText.Read(Sample, "actions", "", text));
        Assert.Equal(line, fault.Line);
        Assert.Contains(description, fault.Fault, StringComparison.Ordinal);
    }
}
