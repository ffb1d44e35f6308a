using System.Collections.Immutable;
using FsCheck.Xunit;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;
using Zhice.Domain.Tests.Expressions;

namespace Zhice.Domain.Tests.Decisions;

/// <summary>What a decision makes of a customer whose profile may not be used for marketing.</summary>
[Trait("Category", "Slow")]
public sealed class HiddenProfileTests
{
    [Fact]
    public void Without_personalization_two_customers_of_one_contact_history_get_one_answer_whatever_is_known_of_them()
    {
        var catalog = Bank.Catalog([Bank.Action(1, (ReasonCode.Ineligible, "tags.vip")), Best(2, 5, 1), Best(3, 9, 1)]);
        var (known, unknown) = (new CustomerState(), new CustomerState());
        known.Tags.Set(1, TagValue.Bool(true), Bank.Now, TagSource.Api);
        known.Tags.Set(2, TagValue.Integer(44), Bank.Now, TagSource.Api);
        ContextTag[] context = [new(1, TagValue.Bool(true))];

        var id = DecisionId.Create(Bank.Now, Bank.Home, "020235");
        var (one, other) = (Anonymous(known, context), Anonymous(unknown));
        Assert.Equal(other.Verdicts.ToArray(), one.Verdicts.ToArray());
        Assert.Equal(other.Features.ToArray(), one.Features.ToArray());
        Assert.False(one.IsPersonalized);
        Assert.Equal([3, 2], Offered(one));
        Assert.Equal([3, 2, 1], Offered(Bank.Decide(catalog, known)));

        Decision Anonymous(CustomerState state, params ContextTag[] facts) => Decider.Decide(
            id, new CustomerView(state, catalog, [.. facts], Bank.Now, isPersonalized: false) { Id = "020235" }, catalog.Placements["home"],
            new PropensityModels(),
            UnlimitedStock.Instance, 5);
    }

    [Fact]
    public void Who_refused_personalization_is_warned_of_fraud_and_sold_nothing_that_a_count_excludes()
    {
        ImmutableArray<Rule> content = [Bank.Rule(ReasonCode.NotApplicable, "tags.logins == 0")];
        var catalog = Bank.Catalog(
        [
            Bank.Action(1, (ReasonCode.NotApplicable, "tags.vip")) with { Purpose = Purpose.Regulatory },
            Bank.Action(2, (ReasonCode.NotApplicable, "tags.vip")) with { Purpose = Purpose.Service },
            Bank.Action(3) with { Rules = content },
            Bank.Action(4) with { Rules = [content[0] with { IsProtective = true }] },
            Bank.Action(5) with { Rules = [Bank.Rule(ReasonCode.Ineligible, "tags.vip") with { IsProtective = true }] },
            Best(6, 1, 1),
        ]);
        var state = Bank.State((1, TagValue.Bool(true)));
        state.LiveTags.Observe(Bank.TagsById["logins"].Live!, Bank.Now, catalog.Calendar.GetDay(Bank.Now), TagValue.Time(Bank.Now));

        var decision = Refusing(catalog, state);
        Assert.Equal([1, 2, 5, 6], Offered(decision));
        Assert.All(decision.Verdicts.Skip(4), static verdict => Assert.Equal(ReasonCode.NotApplicable, verdict.Reason));
        Assert.Equal([6], Offered(Refusing(catalog, new CustomerState())).Where(static action => action is not 4));
    }

    [Property(MaxTest = 500)]
    public void Hiding_a_profile_never_lets_marketing_through_that_was_refused(int seed)
    {
        var (random, dice) = (new RandomExpressions(seed), new Random(seed));
        var actions = Enumerable.Range(1, 12).Select(number => Bank.Action((ushort)number) with
        {
            Category = (ushort)dice.Next(1, 4),
            Rules = [.. Enumerable.Range(0, dice.Next(4)).Select(_ => RandomRule())],
        }).ToList();
        var catalog = Bank.Catalog(
            actions, new ContactRules { CoolDowns = [new("a", 2, 0, Bank.DayMs, 0)] },
            new ContactCap("one", CapScope.Category, 0, 1, CapWindow.Sliding(Bank.DayMs)));
        var placement = catalog.Placements["home"];
        placement = placement with
        {
            Candidates = [.. placement.Candidates.Select(each =>
                each with { Treatments = [each.Treatments[0] with { Rules = [RandomRule()] }, each.Treatments[0]] })],
        };
        for (var i = 0; i < 20; i++)
        {
            var state = random.Customer();
            state.ContactAnswers.Dismissed((ushort)dice.Next(1, 13), 1, Bank.Now - 1);
            state.Contacts.Record(new(Bank.App, (ushort)dice.Next(1, 4), 99), Bank.Now - 1, 10, CountMoment.Impression);
            var seen = Bank.Decide(catalog, state, placement: placement).Verdicts;
            var hidden = Refusing(catalog, state, placement).Verdicts;
            foreach (var refused in seen.Where(static verdict => !IsOpen(verdict)))
            {
                Assert.False(
                    IsOpen(hidden.Single(verdict => verdict.Action == refused.Action)),
                    $"action {refused.Action} of seed {seed}: {refused.Reason}");
            }
        }

        // What another offer of the answer keeps back was not refused to the customer.
        static bool IsOpen(Verdict verdict) =>
            verdict.Reason is ReasonCode.Offered or ReasonCode.LowerPriority
                || (verdict.Reason == ReasonCode.CapReached && verdict.IsScored);

        Rule RandomRule() => Bank.Rule(
            (ReasonCode)dice.Next((int)ReasonCode.Ineligible, (int)ReasonCode.Unsuitable + 1), random.Condition()) with
        {
            IsProtective = dice.Next(3) == 0,
        };
    }

    private static Decision Refusing(Catalog catalog, CustomerState state, Placement? placement = null) => Decider.Decide(
        DecisionId.Create(Bank.Now, Bank.Home, "020235"),
        new CustomerView(state, catalog, [], Bank.Now, isPersonalized: false) { Id = "020235" },
        placement ?? catalog.Placements["home"], new PropensityModels(), UnlimitedStock.Instance, 50);

    private static BankAction Best(ushort number, double lever, ushort category) =>
        Bank.Action(number) with { Lever = lever, Category = category };

    private static IEnumerable<int> Offered(Decision decision) => decision.Offered.ToArray().Select(static verdict => (int)verdict.Action);
}
