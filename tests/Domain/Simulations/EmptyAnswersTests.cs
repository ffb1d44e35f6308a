using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Domain.Simulations;

namespace Zhice.Domain.Tests.Simulations;

/// <summary>Why customers get nothing.</summary>
public sealed class EmptyAnswersTests
{
    [Fact]
    public void Every_reason_has_a_place_in_the_order_of_the_checks()
    {
        foreach (var reason in Enum.GetValues<ReasonCode>().Except([ReasonCode.Offered, ReasonCode.NotInAudience]))
        {
            var answers = new EmptyAnswers(static _ => "");
            answers.Add(Refused(reason));
            Assert.Equal((reason, new EmptyCount(1, 1, 1)), (Assert.Single(answers.Checks).Key.Reason, answers.Checks.Values.Single()));
        }
    }

    [Fact]
    public void The_check_of_the_action_that_came_furthest_is_the_closest_and_counts_of_threads_add_up()
    {
        var (one, other) = (new EmptyAnswers(static verdict => $"{verdict.AccessSource}"), new EmptyAnswers(static verdict => $"{verdict.AccessSource}"));
        one.Add(Refused(ReasonCode.Ineligible, ReasonCode.CapReached, ReasonCode.Ineligible));
        other.Add(Refused(ReasonCode.Ineligible));
        one.Add(other);
        Assert.Equal(new(2, 1, 1), one.Checks[(ReasonCode.Ineligible, "-1")]);
        Assert.Equal(new(1, 1, 0), one.Checks[(ReasonCode.CapReached, "-1")]);
    }

    private static Decision Refused(params ReasonCode[] reasons) => new()
    {
        Id = DecisionId.Create(Bank.Now, Bank.Home, "020235"), CustomerId = "020235", CatalogVersion = 1, StateVersion = 1, OfferedCount = 0,
        Verdicts = [.. reasons.Select(static (reason, i) => new Verdict((ushort)(i + 1), reason, -1, 0, 0, 0))],
    };
}
