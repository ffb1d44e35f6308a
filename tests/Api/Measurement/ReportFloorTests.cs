using Zhice.Api.Audiences;
using Zhice.Api.Journeys;
using Zhice.Api.Measurement;
using Zhice.V1;

namespace Zhice.Api.Tests.Measurement;

/// <summary>Reports for callers who see no customers by name.</summary>
public sealed class ReportFloorTests
{
    private static readonly ReportFloor s_ten = new(new(10));

    [Fact]
    public void A_line_of_few_is_left_out_and_another_one_with_it_that_would_tell_it_by_subtraction()
    {
        var report = s_ten.Apply(new GetReportResponse
        {
            Lines = { Line("a", 500), Line("b", 40), Line("c", 3) },
        });

        Assert.Equal(["a"], report.Lines.Select(static line => line.Keys[0]));
        Assert.Equal(10, report.FewerThan);

        var several = s_ten.Apply(new GetReportResponse { Lines = { Line("a", 500), Line("b", 40), Line("c", 6), Line("d", 7) } });
        Assert.Equal(["a", "b"], several.Lines.Select(static line => line.Keys[0]));
    }

    [Fact]
    public void A_small_number_in_a_large_line_is_hidden_in_two_lines_so_that_the_total_tells_nothing()
    {
        var (a, b, c) = (Line("a", 500), Line("b", 400), Line("c", 300));
        (a.Accepted, b.Accepted, c.Accepted) = (50, 1, 20);

        var report = s_ten.Apply(new GetReportResponse { Lines = { a, b, c } });

        Assert.Equal([50, 0, 0], report.Lines.Select(static line => line.Accepted));
        Assert.Equal([500, 400, 300], report.Lines.Select(static line => line.Contacted));
    }

    [Fact]
    public void How_contacts_ended_does_not_tell_a_small_number_by_their_sum()
    {
        var line = Line("a", 500);
        (line.HandedOver, line.Waiting) = (440, 58);
        line.Voids.Add(new VoidTotal { Outcome = DeliveryOutcome.Expired, Count = 2 });

        var shown = Assert.Single(s_ten.Apply(new GetReportResponse { Lines = { line } }).Lines);

        Assert.Equal((440, 0, 0), (shown.HandedOver, shown.Waiting, shown.Voids[0].Count));
    }

    [Fact]
    public void An_amount_goes_with_the_number_that_it_is_of()
    {
        var line = Line("a", 500);
        line.Outcomes.Add(new OutcomeTotal { OutcomeId = "opened", Booked = 1, BookedFen = 880_000, Converted = 30, ConvertedFen = 1_000_000 });

        var outcome = Assert.Single(s_ten.Apply(new GetReportResponse { Lines = { line } }).Lines).Outcomes[0];

        Assert.Equal((0, 0, 30, 1_000_000), (outcome.Booked, outcome.BookedFen, outcome.Converted, outcome.ConvertedFen));
    }

    [Fact]
    public void A_lift_of_few_has_no_line_and_nothing_from_which_it_can_be_computed()
    {
        var answer = s_ten.Apply(new GetLiftResponse
        {
            SampleRatio = new() { Contacted = 900, HeldOut = 100 },
            Need = new() { HeldOut = 100, Needed = 400 },
            Lines =
            {
                new LiftLine { Keys = { "a" }, Contacted = 400, Converted = 40, HeldOut = 50, HeldOutConverted = 12 },
                new LiftLine { Keys = { "b" }, Contacted = 500, Converted = 50, HeldOut = 50, HeldOutConverted = 1 },
            },
        });

        Assert.Empty(answer.Lines);
        Assert.False(answer.Need.HasNeeded);
        Assert.Equal(10, answer.FewerThan);
    }

    [Fact]
    public void A_course_leaves_out_days_between_which_a_number_grew_by_few()
    {
        var answer = s_ten.Apply(new GetLiftResponse
        {
            Lines = { Lift("a", 900, 90), Lift("b", 800, 80) },
            Courses =
            {
                Course("a", ("2026-11-01", 100, 10), ("2026-11-02", 500, 50), ("2026-11-03", 505, 50), ("2026-11-05", 900, 90)),
                Course("b", ("2026-11-01", 100, 10), ("2026-11-02", 700, 70), ("2026-11-04", 800, 79), ("2026-11-05", 800, 80)),
            },
        });

        Assert.Equal(10, answer.FewerThan);
        Assert.All(answer.Courses, static course => Assert.Equal(
            ["2026-11-01", "2026-11-03", "2026-11-05"], course.Days.Select(static day => day.Date)));
        Assert.Equal([100L, 505, 900], answer.Courses[0].Days.Select(static day => day.Contacted));
        Assert.Equal([10L, 70, 80], answer.Courses[1].Days.Select(static day => day.Converted));
    }

    [Fact]
    public void The_course_of_a_line_that_is_not_shown_is_not_shown_and_hides_the_same_days_of_the_others()
    {
        var answer = s_ten.Apply(new GetExperimentLiftResponse
        {
            Lines = { Lift("a", 900, 90), Lift("b", 800, 80), Lift("c", 700, 3) },
            Courses =
            {
                Course("a", ("2026-11-01", 900, 90)), Course("b", ("2026-11-01", 800, 80)), Course("c", ("2026-11-01", 700, 3)),
            },
        });

        Assert.Equal(["a"], answer.Lines.Select(static line => line.Keys[0]));
        Assert.Equal(["a"], answer.Courses.Select(static course => course.Keys[0]));
        Assert.Empty(answer.Courses[0].Days);
    }

    [Fact]
    public void A_value_of_few_has_no_figure_nor_has_one_that_tells_it_by_who_is_left()
    {
        static ValueFigure Churned(double contacted, double heldOut) => new()
        {
            Kind = ValueKind.Churned, Contacted = contacted, HeldOut = heldOut, ContactedCustomers = 100, HeldOutCustomers = 100, Difference = new() { Value = contacted - heldOut },
        };
        static ValueLine Of(string key, long contacted, params ValueFigure[] figures) => new() { Keys = { key }, Contacted = contacted, HeldOut = 100, Figures = { figures } };

        var answer = s_ten.Apply(new GetValueResponse
        {
            Lines =
            {
                Of("a", 100, Churned(0.2, 0.3)), Of("b", 100, Churned(0.4, 0.5)), Of("c", 100, Churned(0.99, 0.5)), Of("d", 100, Churned(0, 0.5)), Of("e", 7, Churned(0.5, 0.5)),
                Of("f", 900, Churned(0.5, 0.5)),
            },
            CustomersNotOver = 3,
        });

        // One left in c, and nobody in d, is as much about single customers as a count of them.
        Assert.Equal(["b", "c", "d", "f"], answer.Lines.Select(static line => line.Keys[0]).Where(static key => key != "a"));
        Assert.All(answer.Lines.Where(static line => line.Keys[0] is "c" or "d"), static line =>
        {
            var figure = line.Figures[0];
            Assert.Equal((false, false, 0L, true), (figure.HasContacted, figure.HasHeldOut, figure.ContactedCustomers, figure.Difference is null));
            Assert.Contains("Fewer than 10", figure.Refusal, StringComparison.Ordinal);
        });
        Assert.Equal((10, 0), (answer.FewerThan, answer.CustomersNotOver));
        Assert.All(answer.Lines.Where(static line => line.Keys[0] is "f"), static line => Assert.True(line.Figures[0].HasContacted));
    }

    [Fact]
    public void A_stage_of_few_customers_is_not_told_by_who_went_on()
    {
        var stage = new JourneyStageReport
        {
            StageId = "s", Arrived = 100, InNow = 1,
            Transitions = { new TransitionReport { ToStageId = "t", Customers = 60 }, new TransitionReport { ToStageId = "u", Customers = 39 } },
        };
        var answer = new GetJourneyReportResponse { Versions = { new JourneyVersionReport { Entered = 100, Stages = { stage } } } };

        JourneyFloor.Apply(answer, new CountFloor(10));

        Assert.Equal((0, 60, 0), (stage.InNow, stage.Transitions[0].Customers, stage.Transitions[1].Customers));
        Assert.Equal(10, answer.FewerThan);
    }

    [Fact]
    public void Who_sees_customers_by_name_sees_every_number()
    {
        var report = new ReportFloor(new(1)).Apply(new GetReportResponse { Lines = { Line("a", 1) } });

        Assert.Equal((1, 0), (Assert.Single(report.Lines).Contacted, report.FewerThan));
    }

    private static LiftLine Lift(string key, long contacted, long converted) =>
        new() { Keys = { key }, Contacted = contacted, Converted = converted, HeldOut = 100, HeldOutConverted = 20 };

    private static LiftCourse Course(string key, params (string Date, long Contacted, long Converted)[] days) => new()
    {
        Keys = { key },
        Days =
        {
            days.Select(static day => new LiftDay
            {
                Date = day.Date, Contacted = day.Contacted, Converted = day.Converted, HeldOut = 100, HeldOutConverted = 20,
            }),
        },
    };

    private static ReportLine Line(string key, long contacted) => new() { Keys = { key }, Contacted = contacted, HandedOver = contacted };
}
