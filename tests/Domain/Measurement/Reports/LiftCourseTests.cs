using System.Collections.Immutable;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Reports;

/// <summary>Lifts day by day.</summary>
public sealed class LiftCourseTests
{
    private static readonly OutcomeDefinition Opened = new("opened", 3, 1, "amount", [], 86_400_000);

    private static readonly ConfidenceSequence Sequence = new(Confidence.Default, 10_000);

    private static readonly FactGroup Sms = new() { Campaign = "summer", Channel = "sms" };

    [Fact]
    public void A_course_adds_up_its_days_and_ends_with_the_figures_of_the_lift()
    {
        FactTotal[] totals =
        [
            Of(FactKind.Contacted, 20_787, 400), Of(FactKind.HeldOut, 20_787, 100), Of(FactKind.Contacted, 20_785, 600),
            Of(FactKind.HeldOut, 20_785, 150), Of(FactKind.Converted, 20_786, 40, 3), Of(FactKind.Converted, 20_788, 60, 3),
            Of(FactKind.HeldOutConverted, 20_788, 5, 3), Of(FactKind.Converted, 20_789, 99, 4), Of(FactKind.HandedOver, 20_790, 7),
            Of(FactKind.Waiting, 0, 9),
        ];

        var course = Assert.Single(Follow(totals, 90));
        Assert.Equal(
            [(20_785, 600L, 0L, 150L, 0L), (20_786, 600, 40, 150, 0), (20_787, 1_000, 40, 250, 0), (20_788, 1_000, 100, 250, 5)],
            course.Days.Select(static day => (day.Day, day.Contacted, day.Converted, day.HeldOut, day.HeldOutConverted)));
        var lift = Assert.Single(CampaignLift.Compare(ReportLine.Divide(totals, []), new([], totals, [], 0), Opened, Sequence));
        Assert.Equal(lift.Watched, course.Days[^1].Watched);
        Assert.Equal([20_787, 20_788], Assert.Single(Follow(totals, 2)).Days.Select(static day => day.Day));
    }

    [Fact]
    public void A_course_has_no_interval_before_both_groups_have_customers_and_no_group_has_more_successes_than_customers()
    {
        var days = Assert.Single(Follow([Of(FactKind.Converted, 9, 5, 3), Of(FactKind.Contacted, 10, 50), Of(FactKind.HeldOut, 11, 50)], 90)).Days;
        Assert.Equal([0L, 5, 5], days.Select(static day => day.Converted));
        Assert.Equal([true, true, false], days.Select(static day => day.Watched is null));
        Assert.Empty(Follow([], 90));
    }

    [Fact]
    public void Many_lines_have_no_courses_and_the_refusal_says_what_to_do()
    {
        var totals = Enumerable.Range(0, 51).Select(i => Of(FactKind.Contacted, 10, 5) with { Group = Sms with { Arm = $"a{i}" } }).ToList();
        var refused = LiftCourse.Follow(totals, [ReportDimension.Arm], Opened, Sequence, 90);
        Assert.Contains("51 lines", refused.Refusal, StringComparison.Ordinal);
        Assert.Equal(50, LiftCourse.Follow(totals.Skip(1), [ReportDimension.Arm], Opened, Sequence, 90).Value!.Value.Length);
    }

    private static ImmutableArray<LiftCourse> Follow(IEnumerable<FactTotal> totals, int days) =>
        LiftCourse.Follow(totals, [], Opened, Sequence, days).Value!.Value;

    private static FactTotal Of(FactKind kind, int day, long count, int code = 0) => new(Sms, kind, code, day, count, 0);
}
