namespace Zhice.Catalogs.Tests;

/// <summary>The catalogue of <c>deploy/sample</c>.</summary>
public sealed class SampleCatalogTests
{
    [Fact]
    public void The_sample_catalogue_has_no_fault()
    {
        Assert.Empty(SampleBank.Compilation.Faults);
        Assert.InRange(SampleBank.Catalog.Actions.Length, 38, 50);
        Assert.Equal(7, SampleBank.Catalog.Placements.Count);
        Assert.InRange(SampleBank.Catalog.Tags.Length, 40, 80);
        Assert.All(SampleBank.Catalog.Placements.Values, placement => Assert.NotEmpty(placement.Candidates));
        Assert.Contains(SampleBank.Catalog.Placements.Values, placement => placement.CountsAtDecision);
    }

    [Fact]
    public void The_length_of_a_call_is_no_tag() =>
        Assert.DoesNotContain(SampleBank.Catalog.Tags, tag => tag.Id.Contains("duration", StringComparison.Ordinal));
}
