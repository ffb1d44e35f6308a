using FsCheck;
using FsCheck.Xunit;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.Attribution;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Measurement.Attribution;

public sealed class AccountingViewTests
{
    private const long Day = 86_400_000;
    private const long Now = 100 * Day;

    private static readonly AttributionWindow Month = new(TimeSpan.FromDays(30));
    private static readonly Touch[] Touches =
    [
        new(Decision(1), Contact(1), Now - (20 * Day)),
        new(Decision(2), null, Now - (3 * Day)),
        new(Decision(3), Contact(3), Now - (10 * Day)),
        new(Decision(4), Contact(4), Now + Day),
        new(Decision(5), Contact(5), Now - (40 * Day)),
    ];

    [Fact]
    public void A_named_contact_gets_all_however_long_ago_it_was()
    {
        var credits = View(AttributionRule.LastTouch).Attribute(Touches, new(500_00, Now, Contact(5)));

        Assert.Equal(AttributionBasis.Contact, credits.Basis);
        Assert.Equal([new Credit(4, 1, 500_00)], credits.Credits);
    }

    [Fact]
    public void A_named_decision_gets_all()
    {
        var credits = View(AttributionRule.LastTouch).Attribute(Touches, new(500_00, Now, Decision: Decision(3)));

        Assert.Equal((AttributionBasis.Decision, 2), (credits.Basis, credits.Credits.Single().Touch));
    }

    [Fact]
    public void An_outcome_that_names_an_unknown_contact_belongs_to_no_other_one()
    {
        var credits = View(AttributionRule.LastTouch).Attribute(Touches, new(500_00, Now, Contact(9)));

        Assert.Equal(AttributionBasis.NamedElsewhere, credits.Basis);
        Assert.Empty(credits.Credits);
    }

    [Theory]
    [InlineData(AttributionRule.LastTouch, 1)]
    [InlineData(AttributionRule.FirstTouch, 0)]
    public void Without_an_id_the_rule_of_the_view_chooses_among_the_touches_of_the_window(AttributionRule rule, int touch)
    {
        var credits = View(rule).Attribute(Touches, new(500_00, Now));

        Assert.Equal(AttributionBasis.View, credits.Basis);
        Assert.Equal([new Credit(touch, 1, 500_00)], credits.Credits);
    }

    [Fact]
    public void A_touch_that_is_a_half_life_older_gets_half_as_much()
    {
        // 20, 3 and 10 days before; with 7 days the third has half of the second.
        var credits = View(AttributionRule.TimeDecay).Attribute(Touches, new(1_000_00, Now)).Credits;

        Assert.Equal([0, 1, 2], credits.Select(static credit => credit.Touch));
        Assert.Equal(2, credits[1].Share / credits[2].Share, 9);
        Assert.Equal(Math.Pow(2, 10 / 7.0), credits[2].Share / credits[0].Share, 9);
        Assert.Equal(1, credits.Sum(static credit => credit.Share), 12);
        Assert.Equal(1_000_00, credits.Sum(static credit => credit.Fen));
    }

    [Fact]
    public void A_touch_after_the_outcome_or_before_the_window_gets_nothing()
    {
        var credits = View(AttributionRule.TimeDecay).Attribute(Touches.AsSpan(3), new(500_00, Now));

        Assert.Equal((AttributionBasis.NoTouch, 0), (credits.Basis, credits.Credits.Length));
    }

    [Fact]
    public void Of_touches_at_the_same_instant_the_later_in_the_list_is_the_last_and_the_earlier_the_first()
    {
        Touch[] same = [new(Decision(1), null, Now), new(Decision(2), null, Now)];

        Assert.Equal(1, View(AttributionRule.LastTouch).Attribute(same, new(1, Now)).Credits.Single().Touch);
        Assert.Equal(0, View(AttributionRule.FirstTouch).Attribute(same, new(1, Now)).Credits.Single().Touch);
    }

    [Fact]
    public void A_very_short_half_life_loses_no_fen()
    {
        var view = new AccountingView(AttributionRule.TimeDecay, Month, TimeSpan.FromMilliseconds(1));

        Assert.Equal(500_01, view.Attribute(Touches, new(500_01, Now)).Credits.Sum(static credit => credit.Fen));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccountingView(AttributionRule.TimeDecay, Month, TimeSpan.Zero));
    }

    [Property]
    public void Every_view_conserves_the_amount_to_the_fen(long fen, ushort[] daysBefore, PositiveInt halfLife)
    {
        Touch[] touches = [.. daysBefore.Select(static (days, i) => new Touch(Decision(i), null, Now - (days % 40 * Day / 3)))];
        foreach (var rule in Enum.GetValues<AttributionRule>())
        {
            var credits = new AccountingView(rule, Month, TimeSpan.FromHours(halfLife.Get)).Attribute(touches, new(fen, Now));

            Assert.Equal(credits.Basis == AttributionBasis.View ? fen : 0, credits.Credits.Sum(static credit => credit.Fen));
            Assert.All(credits.Credits, credit => Assert.True(credit.Fen == 0 || Math.Sign(credit.Fen) == Math.Sign(fen)));
        }
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-7)]
    [InlineData(0)]
    public void The_largest_amounts_are_divided_exactly(long fen)
    {
        var parts = FenParts.Divide(fen, [1, 1, 1]);

        Assert.Equal(fen, parts[0] + parts[1] + parts[2]);
        Assert.InRange(Math.Abs((decimal)parts[0] - parts[2]), 0, 1);
    }

    [Fact]
    public void What_is_left_goes_to_the_parts_that_lost_most() => Assert.Equal([16, 34, 50], FenParts.Divide(100, [0.163, 0.335, 0.502]));

    [Fact]
    public void Weights_that_divide_nothing_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FenParts.Divide(5, [0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FenParts.Divide(5, [1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FenParts.Divide(5, [1, double.NaN]));
    }

    [Fact]
    public void Last_touch_books_what_a_contact_caused_where_each_contact_works_within_a_day_and_not_where_customers_come_anyway()
    {
        // Contacts of two channels on random days. In the first world SMS causes 30 of 100 outcomes and push 70, within a day of the
        // contact; in the second one all outcomes come by themselves, and last touch books them all the same.
        var (caused, anyway) = (ShareOfSms(isCaused: true), ShareOfSms(isCaused: false));

        Assert.Equal(0.3, caused, 0.03);
        Assert.InRange(anyway, 0.4, 0.6);
    }

    private static double ShareOfSms(bool isCaused)
    {
        var (random, view, sms, all) = (new Random(13), View(AttributionRule.LastTouch), 0.0, 0.0);
        for (var customer = 0; customer < 20_000; customer++)
        {
            Touch[] touches =
            [
                .. Enumerable.Range(0, 4).Select(i => new Touch(Decision(i % 2), null, Now - (long)(random.NextDouble() * 30 * Day))),
            ];
            var cause = touches[(random.NextDouble() < 0.3 ? 0 : 1) + (2 * random.Next(2))];
            var at = isCaused ? cause.AtMs + (long)(random.NextDouble() * 0.2 * Day) : Now;
            foreach (var credit in view.Attribute(touches, new(1, at)).Credits)
            {
                all += credit.Share;
                sms += touches[credit.Touch].Decision == Decision(0) ? credit.Share : 0;
            }
        }

        return sms / all;
    }

    private static AccountingView View(AttributionRule rule) => new(rule, Month, TimeSpan.FromDays(7));

    private static DecisionId Decision(int number) => new(0, (ulong)number);

    private static ContactId Contact(int number) => new(Decision(number), 1);
}
