using Zhice.Domain.Learning.Histories;
using Zhice.Domain.Measurement;

namespace Zhice.Domain.Tests.Learning;

/// <summary>How a model scored its lessons day by day, and when that is an alarm.</summary>
public sealed class ScoreHistoryTests
{
    [Fact]
    public void Days_come_back_as_they_were_and_the_oldest_go()
    {
        var history = new ScoreHistory();
        for (var day = 1; day <= ScoreHistory.MaxDays + 10; day++)
        {
            history.Add(day, 0.1, isAccepted: false, 0.99);
            history.Add(day - 1, 0.2, isAccepted: true, 1.2);
        }

        var bytes = history.ToBytes();
        var back = ScoreHistory.FromBytes(bytes);
        Assert.Equal(bytes, back.ToBytes());
        Assert.InRange(bytes.Length, 1, 25_000);
        Assert.Equal(Enumerable.Range(11, ScoreHistory.MaxDays), back.Days.Select(static day => day.Day));
        Assert.All(back.Days, static day => Assert.Equal((2L, 1L), (day.Lessons, day.Acceptances)));
        Assert.Throws<FormatException>(() => ScoreHistory.FromBytes(bytes[..^3]));
    }

    [Fact]
    public void A_clock_that_was_years_ahead_does_not_keep_later_lessons_in_its_day()
    {
        var history = new ScoreHistory();
        foreach (var day in new[] { 10, 11, 4_000, 4_001, 12, 11, 13 })
        {
            history.Add(day, 0.1, isAccepted: false, 1);
        }

        Assert.Equal([(10, 1L), (11, 1), (12, 4), (13, 1)], history.Days.Select(static day => (day.Day, day.Lessons)));
    }

    [Fact]
    public void A_day_has_the_figures_of_its_lessons()
    {
        var day = new ScoreDay(1);
        foreach (var (probability, isAccepted) in new[] { (0.9, true), (0.6, true), (0.6, false), (0.1, false) })
        {
            day.Add(probability, isAccepted, 1);
        }

        Assert.Equal((4.0, 2.0), (day.Weight, day.AcceptedWeight));
        Assert.Equal(2.2, day.PredictedWeight, 6);
        Assert.Equal(3.5 / 4, day.Auc!.Value, 12);
    }

    [Fact]
    public void Calibrated_models_have_curves_whose_intervals_hold_what_was_predicted()
    {
        var points = new List<CalibrationPoint>();
        for (var world = 0; world < 20; world++)
        {
            var (days, random) = (new List<ScoreDay> { new(1), new(2) }, new Random(world));
            for (var i = 0; i < 10_000; i++)
            {
                // A contact teaches that it was seen, and then that it was accepted.
                var score = 0.005 + (0.3 * random.NextDouble() * random.NextDouble());
                days[i % 2].Add(score, isAccepted: false, (1 - score) * (1 + score));
                if (random.NextDouble() < score)
                {
                    days[i % 2].Add(score, isAccepted: true, 1 + score);
                }
            }

            var curve = CalibrationPoint.Curve(days, Confidence.Default);
            Assert.InRange(curve.Length, 6, ScoreDay.Bins);
            Assert.Equal(days.Sum(static day => day.Weight), curve.Sum(static point => point.Weight), 1.0);
            Assert.Equal(curve.OrderBy(static point => point.From), curve);
            points.AddRange(curve);
        }

        Assert.All(points, static point => Assert.True(point.From < point.Predicted && point.Predicted < point.To));
        Assert.InRange(points.Count(static point => point.Low <= point.Predicted && point.Predicted <= point.High) / (double)points.Count, 0.94, 1);
    }

    [Fact]
    public void Bins_of_few_lessons_are_put_together_and_too_few_lessons_are_no_curve()
    {
        var (day, settings) = (new ScoreDay(1), Confidence.Default);
        Assert.Empty(CalibrationPoint.Curve([], settings));
        Fill(day, (0.02, 29));
        Assert.Empty(CalibrationPoint.Curve([day], settings));
        Fill(day, (0.3, 10));
        Fill(day, (0.9, 5));
        var point = Assert.Single(CalibrationPoint.Curve([day], settings));
        Assert.Equal(44, point.Weight, 3);
        Assert.True(point is { From: > 0 and < 0.02, To: > 0.9 and < 0.95 });
        Assert.Empty(CalibrationPoint.Recent([day], 1 + CalibrationPoint.RecentDays));
        Assert.Single(CalibrationPoint.Recent([day], 1));
    }

    [Fact]
    public void The_stability_index_is_that_of_its_formula()
    {
        var (before, after) = (new ScoreDay(1), new ScoreDay(2));
        Fill(before, (0.02, 800), (0.3, 200));
        Fill(after, (0.02, 500), (0.3, 500));
        var expected = (0.3 * Math.Log(0.5 / 0.2)) - (0.3 * Math.Log(0.5 / 0.8));
        var shift = ScoreShift.Between([before], [after]);
        Assert.Equal(expected, shift.Psi!.Value, 0.02);
        Assert.True(shift.Findings.HasFlag(ScoreFindings.Shifted));
    }

    [Fact]
    public void Few_lessons_say_nothing_of_a_shift()
    {
        var (before, after) = (new ScoreDay(1), new ScoreDay(2));
        Fill(before, (0.02, 400));
        Fill(after, (0.3, 400));
        Assert.Equal(new ScoreShift(null, ScoreFindings.None), ScoreShift.Between([before], [after]));
        Assert.Equal(new ScoreShift(null, ScoreFindings.None), ScoreShift.Recent([], 1));
    }

    [Fact]
    public void A_model_that_stays_as_it_is_raises_no_alarm_in_200_worlds_of_35_days()
    {
        var alarms = 0;
        for (var world = 0; world < 200; world++)
        {
            var (history, dice) = (new ScoreHistory(), new Random(world));
            for (var day = 1; day <= 35; day++)
            {
                Live(history, day, 100, dice, static (p, _) => p, order: 1);
            }

            alarms += ScoreShift.Recent(history.Days, 35).Findings == ScoreFindings.None ? 0 : 1;
        }

        Assert.InRange(alarms, 0, 2);
    }

    [Theory]
    [InlineData(ScoreFindings.Shifted)]
    [InlineData(ScoreFindings.Uncalibrated)]
    [InlineData(ScoreFindings.LostOrder)]
    public void What_changed_for_a_week_is_found(ScoreFindings finding)
    {
        var (history, dice) = (new ScoreHistory(), new Random(7));
        for (var day = 1; day <= 35; day++)
        {
            var isChanged = day > 28;
            Live(
                history, day, 500, dice,
                (p, _) => isChanged && finding == ScoreFindings.Uncalibrated ? p * 0.6 : p,
                order: isChanged && finding == ScoreFindings.LostOrder ? 0 : 1,
                moved: isChanged && finding == ScoreFindings.Shifted ? 1.2 : 0);
        }

        Assert.Equal(finding, ScoreShift.Recent(history.Days, 35).Findings);
        Assert.Equal(ScoreFindings.None, ScoreShift.Recent([.. history.Days.Take(28)], 28).Findings);
    }

    // Customers whose logits are spread around -2; they accept as the model says, or whatever it says (order 0).
    private static void Live(
        ScoreHistory history, int day, int lessons, Random dice, Func<double, Random, double> truth, double order, double moved = 0)
    {
        for (var i = 0; i < lessons; i++)
        {
            var probability = 1 / (1 + Math.Exp(2 - moved - (dice.NextDouble() * 3) + 1.5));
            var mean = 1 / (1 + Math.Exp(2));
            history.Add(day, probability, dice.NextDouble() < truth((order * probability) + ((1 - order) * mean), dice), 1);
        }
    }

    private static void Fill(ScoreDay day, params (double Probability, int Lessons)[] all)
    {
        foreach (var (probability, lessons) in all)
        {
            for (var i = 0; i < lessons; i++)
            {
                day.Add(probability, isAccepted: i < lessons * probability, 1);
            }
        }
    }
}
