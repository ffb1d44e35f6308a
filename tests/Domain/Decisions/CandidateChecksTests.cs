using System.Collections.Immutable;
using FsCheck.Xunit;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Decisions.Checks;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Decisions;

public sealed class CandidateChecksTests
{
    [Fact]
    public void Each_check_says_what_it_looked_at_and_how_it_came_out_also_behind_the_first_that_failed()
    {
        var action = Bank.Action(
            1, (ReasonCode.Ineligible, "tags.age >= 18"), (ReasonCode.Unsuitable, "tags.city == \"北京\" && !has(tags.vip)"));
        var state = Bank.State((6, TagValue.String("北京")));
        state.Contacts.Record(new(Bank.App, action.Category, 1, 0), Bank.Now - 1, 16);
        var checks = Assert.Single(
            Of(Bank.Catalog([action], new ContactCap("daily", CapScope.All, 0, 1, CapWindow.Sliding(Bank.DayMs))), state)).Checks;

        Assert.Equal(
            [
                (ReasonCode.OutOfSeason, "", true), (ReasonCode.Ineligible, "tags.age >= 18", false),
                (ReasonCode.Unsuitable, "tags.city == \"北京\" && !has(tags.vip)", true), (ReasonCode.Consent, "", true),
                (ReasonCode.CapReached, "daily", false),
            ],
            checks.Select(static check => (check.Reason, check.RuleId, check.IsPassed)));
        Assert.Equal([new("tags.age", null)], checks[1].Inputs.ToArray());
        Assert.Equal([new("tags.city", "北京"), new("tags.vip", null)], checks[2].Inputs.ToArray());
        Assert.Equal([new("used", "1"), new("limit", "1"), new("next_free", "2026-03-03T03:59:59Z")], checks[4].Inputs.ToArray());
    }

    [Fact]
    public void A_sensitive_tag_is_masked()
    {
        var secret = Bank.Tag("age", 2, TagType.Integer) with { IsSensitive = true };
        Assert.Equal(TagText.Mask, Bank.View(Bank.State((2, TagValue.Integer(44)))).Format(secret));
    }

    [Fact]
    public void What_others_in_the_answer_keep_out_is_said_so()
    {
        var catalog = Bank.Catalog(
            [Bank.Action(1), Bank.Action(2)], new ContactCap("daily", CapScope.All, 0, 1, CapWindow.Sliding(Bank.DayMs)));
        var check = Of(catalog, new CustomerState())[1].Checks[^1];

        Assert.Equal((ReasonCode.CapReached, "daily", false), (check.Reason, check.RuleId, check.IsPassed));
        Assert.Equal([new("others_in_the_answer", "true")], check.Inputs.ToArray());
    }

    [Fact]
    public void What_moved_the_propensity_is_named_by_its_tag()
    {
        var (catalog, state) = (Bank.Catalog([Bank.Action(1)]), Bank.State((2, TagValue.Integer(30))));
        var model = new BayesianModel();
        for (var i = 0; i < 50; i++)
        {
            model.Learn(0.1, Bank.Decide(catalog, state).Features.AsSpan(), accepted: true);
        }

        var models = new PropensityModels();
        models.Use(1, model);
        var checks = Assert.Single(Of(catalog, state, models));

        Assert.Equal(50U, checks.ModelVersion);
        Assert.Contains(checks.Contributions, static each => each.Tag == 2 && each.Weight > 0);
    }

    [Property(MaxTest = 300)]
    public void The_first_check_that_failed_is_the_verdict(int seed)
    {
        var dice = new Random(seed);
        var actions = Enumerable.Range(1, 8).Select(i => Bank.Action(
            (ushort)i, (ReasonCode.Ineligible, $"tags.age >= {dice.Next(60)}"),
            (ReasonCode.NotApplicable, $"tags.aum < {dice.Next(60)}.0")) with
        {
            Category = (ushort)dice.Next(1, 4), Purpose = (Purpose)dice.Next(1, 4),
            StartsAtMs = Bank.Now + dice.Next(-9, 2),
        });
        var rules = new ContactRules
        {
            QuietHours = dice.Next(4) == 0 ? [new("app", Bank.App, 11 * 60, 13 * 60)] : [],
            Spacings = [new("", 0, dice.Next(1, 5_000))],
            Exclusions = [new("some", [1, 2, 3], dice.Next(1, 5_000))],
            CoolDowns = [new("action_4", 4, 0, 5_000, 0), new("category_2", 0, 2, 5_000, 5_000)],
        };
        var catalog = Bank.Catalog(
            actions, rules, new ContactCap("daily", CapScope.Category, 0, dice.Next(1, 3), CapWindow.Sliding(5_000)));
        var state = Bank.State((2, TagValue.Integer(dice.Next(80))), (3, TagValue.Decimal(dice.Next(80) * Decimal4.Scale)));
        state.Consents.Set(Bank.App, Purpose.Marketing, dice.Next(5) > 0, Bank.Now - 9);
        for (var i = dice.Next(3); i > 0; i--)
        {
            var action = (ushort)dice.Next(1, 9);
            state.Contacts.Record(new(Bank.App, (ushort)dice.Next(1, 4), action, 0), Bank.Now - dice.Next(9_000), 16);
            state.ContactAnswers.Dismissed(action, (ushort)dice.Next(1, 4), Bank.Now - dice.Next(9_000));
        }

        var decision = Bank.Decide(catalog, state);
        var checks = CandidateChecks.List(decision, Bank.View(state, catalog), catalog.Placements["home"], new PropensityModels())
            .ToDictionary(static each => each.Action, static each => each.Checks);

        Assert.All(decision.Verdicts, verdict =>
        {
            var failed = checks[verdict.Action].FirstOrDefault(static check => !check.IsPassed);
            Assert.Equal(verdict.Reason == ReasonCode.Offered ? null : verdict.Reason, failed?.Reason);
            Assert.Equal(
                verdict.Reason == ReasonCode.Offered
                    ? null
                    : AccessSource.GetName(
                        verdict, catalog.Placements["home"].Candidates.First(each => each.Action.Number == verdict.Action), catalog),
                failed?.RuleId);
        });
    }

    private static ImmutableArray<ActionChecks> Of(Catalog catalog, CustomerState state, PropensityModels? models = null) =>
        CandidateChecks.List(Bank.Decide(catalog, state), Bank.View(state, catalog), catalog.Placements["home"], models ?? new());
}
