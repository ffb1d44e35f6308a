using Zhice.Domain.Contacts;

namespace Zhice.Domain.Tests.Contacts;

public sealed class ContactAnswersTests
{
    private static readonly CoolDown Rule = new("fund", 1, 0, 30 * Bank.DayMs, 0);

    [Fact]
    public void A_dismissed_action_stays_away_for_its_cool_down_and_an_older_answer_changes_nothing()
    {
        var answers = new ContactAnswers();
        answers.Dismissed(1, 7, Bank.Now);
        answers.Dismissed(1, 7, Bank.Now - Bank.DayMs);
        answers.Accepted(1, 7, Bank.Now + Bank.DayMs);

        Assert.True(answers.Holds(Rule, Bank.Now + (30 * Bank.DayMs) - 1));
        Assert.False(answers.Holds(Rule, Bank.Now + (30 * Bank.DayMs)));
        Assert.False(answers.Holds(Rule with { Action = 2 }, Bank.Now));
        Assert.True(answers.Holds(new("wealth", 0, 7, 0, Bank.DayMs), Bank.Now + Bank.DayMs));
        Assert.False(answers.Holds(new("wealth", 0, 8, Bank.DayMs, Bank.DayMs), Bank.Now));
    }

    [Fact]
    public void What_is_forgotten_cools_down_as_long_as_it_may_have_been_an_answer()
    {
        var answers = new ContactAnswers();
        for (ushort action = 1; action <= ContactAnswers.Capacity + 2; action++)
        {
            answers.Dismissed(action, 7, Bank.Now + action);
        }

        Assert.Equal(ContactAnswers.Capacity, answers.Answers.Count);
        Assert.True(answers.Holds(Rule, Bank.Now + 2 + (30 * Bank.DayMs) - 1), "action 1 is forgotten, action 2 was the last to be");
        Assert.False(answers.Holds(Rule, Bank.Now + 2 + (30 * Bank.DayMs)));
        Assert.False(answers.Holds(Rule with { Action = 100 }, Bank.Now + 100 + (30 * Bank.DayMs)));
    }
}
