using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Contacts;

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
        consents.Say(1, Purpose.Marketing, isGranted: false, 5);
        Assert.False(consents.Allows(1, Purpose.Marketing));

        consents.Say(1, Purpose.Marketing, isGranted: true, 6);
        Assert.True(consents.Allows(1, Purpose.Marketing));
    }

    private static Purpose PurposeOf(bool isService) => isService ? Purpose.Service : Purpose.Marketing;
}
