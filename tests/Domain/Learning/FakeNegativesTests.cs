using Zhice.Domain.Learning;

namespace Zhice.Domain.Tests.Learning;

public sealed class FakeNegativesTests
{
    [Theory]
    [InlineData(0.05, 0.3)]
    [InlineData(0.3, 0.05)]
    [InlineData(0.3, 0.3)]
    public void The_expected_step_of_a_contact_leads_to_the_true_rate_and_rests_there(double truth, double model)
    {
        // Each contact teaches a negative; with the true probability a positive follows.
        var step = (truth * FakeNegatives.GetWeight(LessonKind.AcceptedAfterSeen, model) * (1 - model))
            - (FakeNegatives.GetWeight(LessonKind.Seen, model) * model);

        Assert.Equal((1 - (model * model)) * (truth - model), step, 12);
        Assert.Equal(Math.Sign(truth - model), Math.Abs(step) < 1e-12 ? 0 : Math.Sign(step));
    }

    [Fact]
    public void A_model_taught_at_once_and_corrected_later_comes_to_the_rate_of_acceptance()
    {
        var learning = new ActionLearning();
        uint[] features = [0, 5];
        for (var i = 0; i < 20_000; i++)
        {
            learning.Learn(0.5, features, LessonKind.Seen);
            if (i >= 40 && (i - 40) % 10 < 2)
            {
                learning.Learn(0.5, features, LessonKind.AcceptedAfterSeen);
            }
        }

        Assert.InRange(learning.Champion.Predict(0.5, features), 0.17, 0.23);
    }

    [Fact]
    public void Contacts_that_do_not_arrive_do_not_move_the_rate_of_those_that_do()
    {
        var (learning, dice) = (new ActionLearning(), new Random(7));
        uint[] features = [0, 5];
        var failing = new Queue<int>();
        for (var i = 0; i < 20_000; i++)
        {
            learning.Learn(0.05, features, LessonKind.Seen);
            if (dice.NextDouble() < 0.3)
            {
                failing.Enqueue(i + dice.Next(100));
            }
            else if (dice.NextDouble() < 0.03)
            {
                learning.Learn(0.05, features, LessonKind.AcceptedAfterSeen);
            }

            while (failing.TryPeek(out var told) && told <= i)
            {
                failing.Dequeue();
                learning.Learn(0.05, features, LessonKind.NotSeen);
            }
        }

        Assert.InRange(learning.Champion.Predict(0.05, features), 0.025, 0.035);
    }

    [Fact]
    public void A_plain_answer_weighs_one_lesson()
    {
        Assert.Equal(1, FakeNegatives.GetWeight(LessonKind.Accepted, 0.3));
        Assert.Equal(1, FakeNegatives.GetWeight(LessonKind.Dismissed, 0.3));
        Assert.Equal(0, FakeNegatives.GetWeight(LessonKind.None, 0.3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(91 * 24 * 60)]
    public void A_window_out_of_its_range_does_not_exist(int minutes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AttributionWindow(TimeSpan.FromMinutes(minutes)));
}
