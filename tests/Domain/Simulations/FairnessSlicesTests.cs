using Zhice.Domain.Simulations;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Simulations;

/// <summary>How customers are divided by a tag, and compared.</summary>
public sealed class FairnessSlicesTests
{
    private static readonly TagDefinition Job = Tag(TagType.Enum);

    [Fact]
    public void A_slice_that_is_offered_less_than_four_fifths_of_the_largest_is_uneven_and_one_with_a_little_more_is_not()
    {
        var (slices, suppressed) = FairnessSlices.Divide(
            [.. Customers(1, 100, offered: 50), .. Customers(2, 50, offered: 19), .. Customers(3, 50, offered: 20)], Job);

        Assert.Equal(
            [(1, 1.0, false), (2, 0.76, true), (3, 0.8, false)],
            slices.Select(static slice => (slice.Bounds.From!.Value, Math.Round(slice.OfferedRatio!.Value, 9), slice.IsUneven)));
        Assert.Equal(0, suppressed);
    }

    [Fact]
    public void A_largest_slice_that_is_offered_less_shows_as_uneven_in_the_others()
    {
        var (slices, _) = FairnessSlices.Divide([.. Customers(1, 100, offered: 50), .. Customers(2, 50, offered: 32)], Job);

        Assert.Equal([false, true], slices.Select(static slice => slice.IsUneven));
    }

    [Fact]
    public void Without_any_offer_to_the_largest_slice_there_is_no_ratio() =>
        Assert.All(
            FairnessSlices.Divide([.. Customers(1, 100, offered: 0), .. Customers(2, 50, offered: 32)], Job).Slices,
            static slice => Assert.Null(slice.OfferedRatio));

    [Fact]
    public void Of_fewer_than_thirty_customers_nothing_is_shown_but_that_they_are_there()
    {
        var (slices, suppressed) = FairnessSlices.Divide(
            [.. Customers(1, 30, offered: 5), .. Customers(2, 29, offered: 29), .. Customers(null, 31, offered: 3)], Job);

        Assert.Equal([false, true], slices.Select(static slice => slice.Bounds.IsMissing));
        Assert.Equal(1, suppressed);
        Assert.Equal(
            (0, 1),
            (
                FairnessSlices.Divide(Customers(1, 29, offered: 1), Job).Slices.Length,
                FairnessSlices.Divide(Customers(1, 29, offered: 1), Job).Suppressed));
    }

    [Fact]
    public void Acceptance_is_of_contacts_and_shown_from_thirty_of_them_on()
    {
        FairnessSample[] customers = [.. Customers(1, 30, 0).Select(
            static one =>
                one with { Contacts = 2, Accepted = 1 }), .. Customers(2, 30,
                0).Take(29).Select(static one => one with { Contacts = 1 }), .. Customers(2, 1, 0)];
        var (slices, _) = FairnessSlices.Divide(customers, Job);

        Assert.Equal([(60, 0.5), (29, null)], slices.Select(static slice => (slice.Contacts, slice.AcceptedShare)));
        Assert.Equal(0.25, slices[0].MeanPropensity, 12);
    }

    [Fact]
    public void Numbers_have_the_bins_of_the_models_also_below_zero_and_at_the_ends_of_what_a_number_can_be()
    {
        long[] values = [-1, 0, 9, 10, long.MinValue, long.MaxValue];
        var (slices, _) = FairnessSlices.Divide(
            [.. values.SelectMany(static value => Customers(value, 30, 1))], Tag(TagType.Integer) with { BinWidth = 10 });

        Assert.Equal(
            [(null, long.MinValue + 8), (-10, 0), (0, 10), (10, 20), (long.MaxValue - 7, (long?)null)],
            slices.Select(static slice => (slice.Bounds.From, slice.Bounds.To)));
        Assert.Equal(60, slices[2].Customers);
    }

    [Fact]
    public void Numbers_without_bins_are_divided_into_five_slices_of_as_many_customers_without_their_extremes()
    {
        var (slices, _) = FairnessSlices.Divide(
            [.. Enumerable.Range(0, 500).SelectMany(static value => Customers(value, 1, 1))], Tag(TagType.Decimal));

        Assert.Equal(
            [(null, 100), (100, 200), (200, 300), (300, 400), (400, (long?)null)],
            slices.Select(static slice => (slice.Bounds.From, slice.Bounds.To)));
        Assert.All(slices, static slice => Assert.Equal(100, slice.Customers));
        Assert.Equal(
            new FairnessBounds(false, null, null),
            Assert.Single(FairnessSlices.Divide(Customers(7, 30, 1), Tag(TagType.Integer)).Slices).Bounds);
    }

    [Fact]
    public void At_most_fifty_slices_are_shown_the_largest_ones()
    {
        var (slices, suppressed) = FairnessSlices.Divide(
            [.. Enumerable.Range(1, 60).SelectMany(static value => Customers(value, 29 + value, 1))], Job);

        Assert.Equal((50, 11, 10), (slices.Length, slices[0].Bounds.From!.Value, suppressed));
    }

    [Theory]
    [InlineData(TagType.Bool, 4, null)]
    [InlineData(TagType.Decimal, 3, null)]
    [InlineData(TagType.String, 3, "is a string or time tag; reports are by bool, enum, integer and decimal tags")]
    [InlineData(TagType.Time, 3, "is a string or time tag; reports are by bool, enum, integer and decimal tags")]
    [InlineData(TagType.Enum, 5, "has level 5; reports are by tags of level 1 to 4")]
    public void Texts_times_and_the_highest_level_divide_nobody(TagType type, int level, string? why) =>
        Assert.Equal(why, FairnessSlices.WhyNot(Tag(type) with { Protection = TagProtection.ForLevel(level) }));

    private static TagDefinition Tag(TagType type) => new() { Id = "x", Number = 1, Type = type, FeatureSeed = 1 };

    private static FairnessSample[] Customers(long? value, int count, int offered) =>
        [.. Enumerable.Range(0, count).Select(i => new FairnessSample(value, 0.25, i < offered, 0, 0))];
}
