using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Tests.Decisions;

/// <summary>Groups of customers for whom marketing is decided in other ways.</summary>
public sealed class DecisionContrastsTests
{
    private const string Customer = "020235";

    private static readonly BankAction[] s_actions =
    [
        Bank.Action(1) with { PriorPropensity = 0.1, ValueFen = 1_000 },
        Bank.Action(2) with { PriorPropensity = 0.2, ValueFen = 100 },
        Bank.Action(3) with { PriorPropensity = 0.05, ValueFen = 1_900, Lever = 10 },
    ];

    [Fact]
    public void The_groups_have_the_same_share_and_most_customers_are_in_none()
    {
        var contrasts = new DecisionContrasts(7, 100);
        var groups = Enumerable.Range(0, 100_000).CountBy(i => contrasts.Find($"c{i}")).ToDictionary();

        Assert.InRange(groups[DecisionContrast.None], 93_500, 94_500);
        Assert.Equal(7, groups.Count);
        Assert.All(groups.Where(static group => group.Key != DecisionContrast.None), static group => Assert.InRange(group.Value, 850, 1_150));
        Assert.Equal(7, Enum.GetValues<DecisionContrast>().Select(DecisionContrasts.GetArm).Distinct().Count());
    }

    [Theory]
    [InlineData(DecisionContrast.None, new[] { 3, 1, 2 })]
    [InlineData(DecisionContrast.Arbitration, new[] { 3, 1, 2 })]
    [InlineData(DecisionContrast.PropensityOnly, new[] { 2, 1, 3 })]
    [InlineData(DecisionContrast.NoLevers, new[] { 1, 3, 2 })]
    public void A_group_ranks_in_its_way(DecisionContrast contrast, int[] order) =>
        Assert.Equal(order, Decide(contrast, s_actions).Verdicts.Select(static verdict => (int)verdict.Action));

    [Theory]
    [InlineData(DecisionContrast.RandomEligible)]
    [InlineData(DecisionContrast.EligibilityOnly)]
    public void A_random_group_shows_each_action_as_often_as_any_other(DecisionContrast contrast)
    {
        var first = Enumerable.Range(0, 3_000).CountBy(_ => Decide(contrast, s_actions).Verdicts[0].Action).ToDictionary();
        Assert.All(new ushort[] { 1, 2, 3 }, action => Assert.InRange(first[action], 850, 1_150));
    }

    [Fact]
    public void With_a_random_propensity_the_value_still_counts_and_nothing_depends_on_the_model()
    {
        var first = Enumerable.Range(0, 3_000).CountBy(_ => Decide(DecisionContrast.RandomPropensity, s_actions).Verdicts[0].Action).ToDictionary();
        Assert.True(first[3] > 2_500 && first.GetValueOrDefault<ushort, int>(1) < 500, string.Join(' ', first));
    }

    [Fact]
    public void A_decision_is_the_same_when_it_is_made_again()
    {
        var catalog = Catalog(DecisionContrast.RandomEligible, s_actions);
        var id = DecisionId.Create(Bank.Now, Bank.Home, Customer);
        Decision Again() => Decider.Decide(id, Bank.View(Bank.State(), catalog), catalog.Placements["home"], new PropensityModels(), UnlimitedStock.Instance, 3);
        Assert.Equal(Again().Verdicts, Again().Verdicts);
        Assert.Empty(ShownProbabilities.Compute(Again(), Bank.View(Bank.State(), catalog), catalog.Placements["home"], new PropensityModels(), 3));
    }

    [Theory]
    [InlineData(ReasonCode.NotApplicable, false, true)]
    [InlineData(ReasonCode.NotApplicable, true, false)]
    [InlineData(ReasonCode.Unsuitable, false, false)]
    [InlineData(ReasonCode.Ineligible, false, false)]
    public void Only_applicability_that_protects_nobody_is_left_out_and_only_by_eligibility_alone(ReasonCode reason, bool isProtective, bool isOffered)
    {
        var action = Bank.Action(1) with { Rules = [Bank.Rule(reason, "tags.vip") with { IsProtective = isProtective }] };

        Assert.Equal(isOffered ? 1 : 0, Decide(DecisionContrast.EligibilityOnly, [action]).OfferedCount);
        Assert.Equal(0, Decide(DecisionContrast.RandomEligible, [action]).OfferedCount);
        Assert.Equal(0, Decide(DecisionContrast.EligibilityOnly, [action with { Purpose = Purpose.Service }]).OfferedCount);
    }

    [Fact]
    public void Service_messages_and_contacts_by_themselves_are_decided_as_usual()
    {
        var service = Bank.Action(4) with { Purpose = Purpose.Service, PriorPropensity = 0.01, ValueFen = 1 };
        Assert.Equal(4, Decide(DecisionContrast.RandomEligible, [.. s_actions, service]).Verdicts[0].Action);

        var catalog = Catalog(DecisionContrast.EligibilityOnly, [Bank.Action(1, (ReasonCode.NotApplicable, "tags.vip"))]);
        var placement = catalog.Placements["home"];
        var alone = Decider.DecideAlone(
            DecisionId.Create(Bank.Now, Bank.Home, Customer), Bank.View(Bank.State(), catalog), placement, placement.Candidates[0], new PropensityModels(),
            UnlimitedStock.Instance);
        Assert.Equal(ReasonCode.NotApplicable, alone.Verdicts[0].Reason);
    }

    private static Decision Decide(DecisionContrast contrast, BankAction[] actions) => Bank.Decide(Catalog(contrast, actions), Bank.State());

    private static Catalog Catalog(DecisionContrast contrast, BankAction[] actions) => Bank.Catalog(
        actions, ContactRules.None,
        Enumerable.Range(0, 10_000).Select(static salt => new DecisionContrasts(salt, DecisionContrasts.MaxParts)).First(each => each.Find(Customer) == contrast));
}
