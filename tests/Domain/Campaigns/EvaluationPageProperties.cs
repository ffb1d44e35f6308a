using FsCheck.Xunit;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Campaigns;

public sealed class EvaluationPageProperties
{
    private static readonly ContactResult[] Kinds =
    [
        new(EvaluationOutcome.Contacted, ReasonCode.Offered, "", "sms_outbound", "arm_a"),
        new(EvaluationOutcome.Holdout, ReasonCode.Offered, "", "sms_outbound", ""),
        new(EvaluationOutcome.Blocked, ReasonCode.CapReached, "two_a_week", "", ""), ContactResult.From(EvaluationOutcome.Failed),
        ContactResult.From(EvaluationOutcome.TooOld),
    ];

    [Property]
    public void A_page_comes_back_as_it_was(int seed)
    {
        var random = new Random(seed);
        CampaignEvaluation[] page = [.. Enumerable.Range(0, random.Next(300)).Select(_ => new CampaignEvaluation(
            random.Next(4) == 0 ? $"客户-{random.Next(99)}" : $"c{random.Next(1_000_000)}", Kinds[random.Next(Kinds.Length)],
            Bank.Now + random.Next(-9, 99_999)))];

        Assert.Equal(page, EvaluationPage.FromBytes(EvaluationPage.ToBytes(page)));
    }

    [Fact]
    public void Of_two_who_settled_a_page_neither_loses_what_the_other_has_and_who_was_contacted_stays_so()
    {
        CampaignEvaluation[] there = [new("a", Kinds[0], 1), new("b", Kinds[2], 1), new("c", Kinds[1], 1)];
        CampaignEvaluation[] later = [new("a", Kinds[2], 2), new("b", Kinds[0], 2), new("d", Kinds[2], 2)];

        Assert.Equal([there[0], later[1], there[2], later[2]], EvaluationPage.Merged(there, later));
    }

    [Fact]
    public void A_customer_takes_less_than_40_bytes()
    {
        CampaignEvaluation[] page = [.. Enumerable.Range(0, 256).Select(n =>
            new CampaignEvaluation($"6228480010{n * 7919:D9}", Kinds[n % Kinds.Length], Bank.Now))];

        Assert.InRange(EvaluationPage.ToBytes(page).Length, 256, 256 * 40);
    }
}
