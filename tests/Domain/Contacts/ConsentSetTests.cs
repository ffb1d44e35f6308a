using FsCheck.Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Contacts;

public sealed class ConsentSetTests
{
    [Property]
    public void The_latest_word_on_a_channel_and_purpose_holds_in_whichever_order_words_come(
        (byte Channel, bool IsService, bool IsGranted, byte At)[] words)
    {
        var consents = new ConsentSet();
        foreach (var (channel, isService, isGranted, at) in words)
        {
            consents.Set((ushort)(channel % 4), PurposeOf(isService), isGranted, at % 5);
        }

        foreach (var read in (ConsentSet[])[consents, consents.Clone(), ConsentSet.FromBytes(consents.ToBytes())])
        {
            for (ushort channel = 1; channel < 5; channel++)
            {
                foreach (var purpose in Enum.GetValues<Purpose>())
                {
                    Assert.Equal(IsAllowed(channel, purpose) && IsAllowed(0, purpose), read.Allows(channel, purpose));
                }
            }
        }

        // Of the words of the latest instant, one refusal is enough.
        bool IsAllowed(ushort channel, Purpose purpose)
        {
            var said = words.Where(word => word.Channel % 4 == channel && PurposeOf(word.IsService) == purpose).ToList();
            return said.Where(word => word.At % 5 == said.Max(last => last.At % 5)).All(word => word.IsGranted);
        }
    }

    [Fact]
    public void A_grant_that_is_older_than_a_refusal_or_as_old_does_not_end_it()
    {
        var consents = new ConsentSet();
        consents.Set(1, Purpose.Marketing, isGranted: false, 100);
        consents.Set(1, Purpose.Marketing, isGranted: true, 99);
        consents.Set(1, Purpose.Marketing, isGranted: true, 100);
        Assert.False(consents.Allows(1, Purpose.Marketing));

        consents.Set(1, Purpose.Marketing, isGranted: true, 101);
        Assert.True(consents.Allows(1, Purpose.Marketing));
    }

    [Fact]
    public void What_the_customer_says_now_holds_though_a_clock_went_wrong_before()
    {
        var consents = new ConsentSet();
        consents.Set(1, Purpose.Marketing, isGranted: true, 1_000_000);
        consents.Set(1, Purpose.Marketing, isGranted: false, consents.GetNextInstant(1, Purpose.Marketing, 5));
        Assert.False(consents.Allows(1, Purpose.Marketing));

        consents.Set(1, Purpose.Marketing, isGranted: true, consents.GetNextInstant(1, Purpose.Marketing, 6));
        Assert.True(consents.Allows(1, Purpose.Marketing));
    }

    [Property(MaxTest = 400)]
    public void A_rule_allows_what_a_log_of_all_words_says(int seed)
    {
        const long Day = 86_400_000;
        var dice = new Random(seed);
        var rule = new ConsentRule(1, Purpose.Marketing, dice.Next(3) > 0, dice.Next(2) * 30 * Day);
        var (consents, words) = (new ConsentSet(), new List<(ushort Channel, bool IsGranted, long AtMs)>());
        for (var i = dice.Next(12); i > 0; i--)
        {
            var word = ((ushort)dice.Next(3), dice.Next(2) == 0, dice.Next(90) * Day / 2);
            words.Add(word);
            consents.Set(
                new ConsentStatement(word.Item1, Purpose.Marketing, word.Item2, word.Item3) { Source = (ConsentSource)dice.Next(8) });
        }

        foreach (var read in (ConsentSet[])[consents, consents.Clone(), ConsentSet.FromBytes(consents.ToBytes())])
        {
            Assert.Equal(consents.Entries, read.Entries);
            for (var nowMs = 45 * Day; nowMs < 90 * Day; nowMs += Day / 2)
            {
                var own = LatestOf(1);
                var all = LatestOf(0);
                var isRefused = own is { IsGranted: false } || all is { IsGranted: false };
                var isGranted = new[] { own, all }.Any(word =>
                    word is { IsGranted: true } && (rule.LifetimeMs == 0 || nowMs < word.Value.AtMs + rule.LifetimeMs));
                Assert.Equal(!isRefused && (!rule.IsOptIn || isGranted), read.Allows(rule, nowMs));
            }
        }

        (bool IsGranted, long AtMs)? LatestOf(ushort channel) => words.Where(word => word.Channel == channel)
            .OrderByDescending(static word => word.AtMs).ThenBy(static word => word.IsGranted)
            .Select(static word => ((bool, long)?)(word.IsGranted, word.AtMs)).FirstOrDefault();
    }

    [Fact]
    public void Silence_refuses_where_a_channel_asks_for_a_grant_and_a_grant_that_is_over_is_silence()
    {
        var rule = new ConsentRule(1, Purpose.Marketing, IsOptIn: true, LifetimeMs: 100);
        var consents = new ConsentSet();
        Assert.False(consents.Allows(rule, 0));

        consents.Set(1, Purpose.Marketing, isGranted: true, 1_000);
        Assert.True(consents.Allows(rule, 1_099));
        Assert.False(consents.Allows(rule, 1_100));
        Assert.Equal(1_100, consents.GrantEndsAtMs(rule));

        consents.Set(0, Purpose.Marketing, isGranted: false, 1_050);
        Assert.False(consents.Allows(rule, 1_060));
    }

    [Fact]
    public void A_paper_grant_that_is_typed_late_does_not_undo_a_refusal_that_is_newer()
    {
        var state = new CustomerState();
        ConsentRecording.Record(state, new(1, Purpose.Marketing, IsGranted: false, 29) { Source = ConsentSource.TextMessage });
        ConsentRecording.Record(
            state, new(1, Purpose.Marketing, IsGranted: true, 28) { Source = ConsentSource.Form, EvidenceId = "form-7" });

        Assert.False(state.Consents.Allows(1, Purpose.Marketing));
        Assert.Equal(["", "form-7"], state.Effects!.Statements.Select(static word => word.EvidenceId));
    }

    [Fact]
    public void Words_without_a_source_are_written_as_an_older_release_reads_them()
    {
        var consents = new ConsentSet();
        consents.Set(1, Purpose.Marketing, isGranted: false, 100);
        Assert.Equal(1, consents.ToBytes()[0]);

        consents.Set(1, Purpose.Marketing, isGranted: true, 101, ConsentSource.App);
        Assert.Equal(2, consents.ToBytes()[0]);
    }

    private static Purpose PurposeOf(bool isService) => isService ? Purpose.Service : Purpose.Marketing;
}
