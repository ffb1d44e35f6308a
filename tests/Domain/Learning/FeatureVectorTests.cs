using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Learning;

public sealed class FeatureVectorTests
{
    private const ushort Age = 2;
    private const ushort City = 6;
    private const ushort Logins = 7;
    private const ushort Secret = 8;

    private static readonly Catalog Catalog = Bank.Catalog([]);

    private static readonly uint[] OfAnyone = Features(new CustomerState());

    [Fact]
    public void A_customer_of_whom_nothing_is_known_has_the_feature_that_always_holds_and_that_of_the_placement()
    {
        Assert.Equal(2, OfAnyone.Length);
        Assert.Equal(0U, OfAnyone[0]);
        Assert.NotEqual(0U, OfAnyone[1]);
    }

    [Fact]
    public void Equal_customers_have_equal_features_whatever_the_order_in_which_tags_came()
    {
        var one = With((Age, TagValue.Integer(40)), (City, TagValue.String("北京")));
        var other = With((City, TagValue.String("北京")), (Age, TagValue.Integer(40)));

        Assert.Equal(4, Features(one).Length);
        Assert.Equal(Features(one), Features(other));
        Assert.Equal(Features(one), Features(one.Clone()));
    }

    [Fact]
    public void Other_values_are_other_features()
    {
        uint[][] all =
        [
            Features(With((Age, TagValue.Integer(40)))),
            Features(With((Age, TagValue.Integer(70)))),
            Features(With((Age, TagValue.Integer(-40)))),
            Features(With((City, TagValue.String("北京")))),
            Features(With((City, TagValue.String("天津")))),
        ];

        Assert.Equal(all.Length, all.Select(static features => features[^1]).Distinct().Count());
    }

    [Fact]
    public void The_context_goes_before_the_customers_own_tag()
    {
        var said = new ContextTag(Age, TagValue.Integer(70));

        Assert.Equal(Features(With((Age, TagValue.Integer(70)))), Features(With((Age, TagValue.Integer(40))), said));
        Assert.Equal(Features(With((Age, TagValue.Integer(70)))), Features(new CustomerState(), said));

        var visited = new CustomerState();
        visited.LiveTags.Observe(Bank.TagsById["logins"].Live!, Bank.Now, 0, TagValue.Time(Bank.Now));
        Assert.Equal(3, Features(visited).Length);
        Assert.Equal(
            Features(new CustomerState(), new ContextTag(Logins, TagValue.Integer(9))),
            Features(visited, new ContextTag(Logins, TagValue.Integer(9))));
    }

    [Fact]
    public void Hidden_expired_and_unknown_tags_and_live_tags_of_nothing_give_no_feature()
    {
        var state = With((Secret, TagValue.Integer(1)), (99, TagValue.Integer(1)));
        state.Tags.Set(Age, TagValue.Integer(40), Bank.Now, TagSource.Api, expiresAtMs: Bank.Now);

        Assert.Equal(OfAnyone, Features(state));
        Assert.Equal(OfAnyone, Features(state, new ContextTag(Secret, TagValue.Integer(1)), new ContextTag(99, TagValue.Integer(1))));
    }

    [Fact]
    public void A_value_written_before_its_tag_became_a_live_one_is_no_feature() =>
        Assert.Equal(OfAnyone, Features(With((Logins, TagValue.Integer(5)))));

    [Theory]
    [InlineData(0, 9, true)]
    [InlineData(-10, -1, true)]
    [InlineData(9, 10, false)]
    [InlineData(-1, 0, false)]
    [InlineData(-11, -10, false)]
    public void A_tag_with_a_bin_width_has_one_feature_for_each_bin(long one, long other, bool areTogether)
    {
        var tag = Bank.Tag("score", 1, TagType.Integer) with { BinWidth = 10 };
        var catalog = new Catalog(1, SymbolTable.Empty, Catalog.Calendar, [tag], [], [.. Catalog.Placements.Values], [], [], []);

        var (first, second) = (Fill(With((1, TagValue.Integer(one))), catalog), Fill(With((1, TagValue.Integer(other))), catalog));
        Assert.Equal(areTogether, first[^1] == second[^1]);
    }

    [Fact]
    public void A_number_with_finer_bins_has_a_feature_for_each_of_the_two()
    {
        var tag = Bank.Tag("rate", 1, TagType.Decimal) with { BinWidth = 1000, FineBinWidth = 10 };
        var catalog = CatalogOf(tag);

        var (one, near, same) = (FillRate(0.5m), FillRate(0.501m), FillRate(0.5009m));
        Assert.Equal(4, one.Length);
        Assert.Equal(one[2], near[2]);
        Assert.NotEqual(one[3], near[3]);
        Assert.Equal(one, same);
        Assert.NotEqual(one[2], FillRate(0.6m)[2]);

        uint[] FillRate(decimal rate) => Fill(With((1, TagValue.Decimal((long)(rate * Decimal4.Scale)))), catalog);
    }

    [Fact]
    public void Tags_that_are_crossed_have_one_feature_more_for_both_values_together()
    {
        var first = Bank.Tag("first", 1, TagType.Integer) with { CrossedWith = [2, 3] };
        var catalog = CatalogOf(first, Bank.Tag("second", 2, TagType.Integer), Bank.Tag("third", 3, TagType.String));
        var all = Enumerable.Range(0, 64)
            .Select(i => Fill(With((1, TagValue.Integer(i % 8)), (2, TagValue.Integer(i / 8))), catalog))
            .ToList();

        Assert.All(all, static features => Assert.Equal(5, features.Length));
        Assert.Equal(64, all.Select(static features => features[^1]).Distinct().Count());
        Assert.Equal(3, Fill(With((1, TagValue.Integer(1))), catalog).Length);
        Assert.Equal(3, Fill(With((2, TagValue.Integer(1))), catalog).Length);
        Assert.Equal(7, Fill(With((1, TagValue.Integer(1)), (2, TagValue.Integer(1)), (3, TagValue.String("x"))), catalog).Length);
        Assert.NotEqual(
            Fill(With((1, TagValue.Integer(1)), (3, TagValue.String("x"))), catalog)[^1],
            Fill(With((1, TagValue.Integer(1)), (3, TagValue.String("y"))), catalog)[^1]);
    }

    [Fact]
    public void What_is_hidden_or_past_is_not_crossed_and_what_the_call_says_is()
    {
        var catalog = CatalogOf(
            Bank.Tag("first", 1, TagType.Integer) with { CrossedWith = [2, 3] },
            Bank.Tag("second", 2, TagType.Integer),
            Bank.Tag("hidden", 3, TagType.Integer) with { Unread = UnreadReason.Excluded });
        var state = With((1, TagValue.Integer(1)), (3, TagValue.Integer(1)));
        state.Tags.Set(2, TagValue.Integer(1), Bank.Now, TagSource.Api, expiresAtMs: Bank.Now);
        Assert.Equal(3, Fill(state, catalog).Length);

        Span<uint> features = stackalloc uint[FeatureVector.MaxLength];
        Span<ushort> sources = stackalloc ushort[FeatureVector.MaxLength];
        var length = FeatureVector.Fill(
            Bank.View(state, catalog, new ContextTag(2, TagValue.Integer(1))), Catalog.Placements["home"], features, sources);
        Assert.Equal([0, 0, 2, 1, 1], sources[..length].ToArray());
    }

    [Fact]
    public void No_tag_is_left_out_for_finer_bins_or_crossings()
    {
        var tags = Enumerable.Range(1, FeatureVector.MaxTags)
            .Select(static i => Bank.Tag($"tag{i}", (ushort)i, TagType.Integer) with { BinWidth = 10, FineBinWidth = 1 })
            .ToArray();
        var plain = CatalogOf([.. tags.Select(static tag => tag with { FineBinWidth = 0 })]);
        var state = With([.. tags.Select(static tag => (tag.Number, TagValue.Integer(7)))]);

        Assert.Equal(Fill(state, plain), Fill(state, CatalogOf(tags)));
    }

    [Fact]
    public void Small_numbers_have_the_bins_that_the_logarithm_gives()
    {
        foreach (var number in (long[])[0, 1, 2, 3, 15, 16, 255, 256, 1000, 4094, 4095, 4096, 4097, 100_000])
        {
            var bin = (long)(4 * Math.Log2(1 + number));
            Assert.Equal(
                Fill(With((1, TagValue.Integer(bin))), CatalogOf(Bank.Tag("score", 1, TagType.Integer) with { BinWidth = 1 })),
                Fill(With((1, TagValue.Integer(number))), CatalogOf(Bank.Tag("score", 1, TagType.Integer))));
        }
    }

    [Fact]
    public void Extreme_values_have_features_too()
    {
        foreach (var extreme in (long[])[long.MinValue, long.MinValue + 1, -1, 0, 1, long.MaxValue])
        {
            var state = With((Age, TagValue.Integer(extreme)), (3, TagValue.Decimal(extreme)), (4, TagValue.Time(extreme)));
            Assert.All(Features(state)[1..], static feature => Assert.InRange(feature, 1U, (uint)FeatureVector.Slots - 1));
        }
    }

    private static Catalog CatalogOf(params TagDefinition[] tags) =>
        new(1, SymbolTable.Empty, Catalog.Calendar, [.. tags], [], [.. Catalog.Placements.Values], [], [], []);

    [Fact]
    public void Each_feature_names_the_tag_that_it_came_from()
    {
        var state = With((Age, TagValue.Integer(40)));
        state.LiveTags.Observe(Bank.TagsById["logins"].Live!, Bank.Now, 0, TagValue.Time(Bank.Now));
        Span<uint> features = stackalloc uint[FeatureVector.MaxLength];
        Span<ushort> sources = stackalloc ushort[FeatureVector.MaxLength];
        var view = Bank.View(state, Catalog, new ContextTag(City, TagValue.String("北京")));
        var length = FeatureVector.Fill(view, Catalog.Placements["home"], features, sources);

        Assert.Equal([0, 0, City, Logins, Age], sources[..length].ToArray());
    }

    [Fact]
    public void Tags_beyond_the_most_are_left_out()
    {
        var tags = Enumerable.Range(1, 400).Select(static i => Bank.Tag($"tag{i}", (ushort)i, TagType.Bool)).ToArray();
        var catalog = new Catalog(1, SymbolTable.Empty, Catalog.Calendar, [.. tags], [], [.. Catalog.Placements.Values], [], [], []);
        var state = With([.. tags.Select(static tag => (tag.Number, TagValue.Bool(true)))]);

        Assert.Equal(FeatureVector.MaxLength, Fill(state, catalog).Length);
    }

    [Fact]
    public void What_is_said_now_and_what_happened_of_late_is_seen_before_what_was_written()
    {
        var written = Enumerable.Range(1, 300).Select(static i => Bank.Tag($"tag{i}", (ushort)(i + 100), TagType.Bool)).ToArray();
        var catalog = new Catalog(
            1, SymbolTable.Empty, Catalog.Calendar, [.. Bank.Tags, .. written], [], [.. Catalog.Placements.Values], [], [], []);
        var state = With([.. written.Select(static tag => (tag.Number, TagValue.Bool(true)))]);
        state.LiveTags.Observe(Bank.TagsById["logins"].Live!, Bank.Now, 0, TagValue.Time(Bank.Now));
        Span<uint> features = stackalloc uint[FeatureVector.MaxLength];
        Span<ushort> sources = stackalloc ushort[FeatureVector.MaxLength];
        var length = FeatureVector.Fill(
            Bank.View(state, catalog, new ContextTag(Age, TagValue.Integer(40))), Catalog.Placements["home"], features, sources);

        Assert.Equal(FeatureVector.MaxLength, length);
        Assert.Equal([0, 0, Age, Logins, 101], sources[..5].ToArray());
    }

    [Fact]
    public void Two_thousand_tags_of_eight_bins_share_a_slot_in_at_most_a_tenth_of_cases()
    {
        var met = new Dictionary<uint, int>();
        for (var number = 1; number <= 2_000; number++)
        {
            var seed = FeatureVector.GetSeed($"tag:attribute_{number}");
            for (var bin = 0; bin < 8; bin++)
            {
                var slot = FeatureSlots.GetSlot(seed, bin);
                met[slot] = met.GetValueOrDefault(slot) + 1;
            }
        }

        var shared = met.Values.Where(static count => count > 1).Sum() / 16_000.0;
        Assert.InRange(shared, 0, 0.1);
    }

    private static CustomerState With(params (ushort Tag, TagValue Value)[] tags)
    {
        var state = new CustomerState();
        foreach (var (tag, value) in tags)
        {
            state.Tags.Set(tag, value, Bank.Now, TagSource.Api);
        }

        return state;
    }

    private static uint[] Features(CustomerState state, params ContextTag[] context) => Fill(state, Catalog, context);

    private static uint[] Fill(CustomerState state, Catalog catalog, params ContextTag[] context)
    {
        Span<uint> features = stackalloc uint[FeatureVector.MaxLength];
        return features[..FeatureVector.Fill(Bank.View(state, catalog, context), Catalog.Placements["home"], features)].ToArray();
    }
}
