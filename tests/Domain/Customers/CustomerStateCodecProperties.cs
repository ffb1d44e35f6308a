using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Customers;

public sealed class CustomerStateCodecProperties
{
    [Property(MaxTest = 60)]
    public void A_state_comes_back_as_it_was_and_so_does_its_clone(int seed)
    {
        var state = RandomState(new Random(seed));
        var bytes = CustomerStateCodec.ToBytes(state);
        var back = CustomerStateCodec.FromBytes(bytes);

        Assert.Equal(bytes, CustomerStateCodec.ToBytes(back));
        Assert.Equal(bytes, CustomerStateCodec.ToBytes(state.Clone()));
        Assert.Equal(Entries(state.Tags), Entries(back.Tags));
        Assert.Equal(state.Contacts.Scopes, back.Contacts.Scopes);
        Assert.Equal(state.Consents.Entries, back.Consents.Entries);
        Assert.Equal(state.CountedIds.Count, back.CountedIds.Count);
        Assert.Equal(state.ContactLog.Contacts.ToArray(), back.ContactLog.Contacts.ToArray());
        Assert.Equal(state.PastEvents.Events, back.PastEvents.Events);
        var (asked, found) = (state.AnsweredRequests.Find("r1"), back.AnsweredRequests.Find("r1"));
        Assert.Equal((asked?.Version, asked?.BodyHash, asked?.AtMs), (found?.Version, found?.BodyHash, found?.AtMs));
        Assert.Equal(asked?.Answer, found?.Answer);
    }

    [Property(MaxTest = 8)]
    public void A_truncated_state_is_a_format_fault(int seed)
    {
        var bytes = CustomerStateCodec.ToBytes(RandomState(new Random(seed)));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => CustomerStateCodec.FromBytes(bytes[..length]));
        }
    }

    [Property(MaxTest = 300)]
    public void A_damaged_state_is_read_or_a_format_fault_and_no_other(int seed)
    {
        var dice = new Random(seed);
        var bytes = CustomerStateCodec.ToBytes(RandomState(dice));
        for (var i = 0; i < 200; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var hits = dice.Next(1, 4); hits > 0; hits--)
            {
                damaged[dice.Next(damaged.Length)] = dice.Next(3) == 0 ? (byte)255 : (byte)dice.Next(256);
            }

            ReadOrFormatFault(CustomerStateCodec.FromBytes, damaged);
        }
    }

    [Property(MaxTest = 1000)]
    public void Garbage_is_read_or_a_format_fault_and_no_other(byte[] garbage)
    {
        byte[] bytes = [1, .. garbage];
        ReadOrFormatFault(CustomerStateCodec.FromBytes, bytes);
        ReadOrFormatFault(TagSet.FromBytes, bytes);
        ReadOrFormatFault(LiveTagSet.FromBytes, bytes);
        ReadOrFormatFault(ContactHistory.FromBytes, bytes);
        ReadOrFormatFault(ConsentSet.FromBytes, bytes);
        ReadOrFormatFault(DecisionCodec.FromBytes, bytes);
    }

    [Fact]
    public void A_text_of_negative_length_is_a_format_fault()
    {
        // Format 1, one series: tag 1, no keys, no values, a text whose length reads as -1.
        Assert.Throws<FormatException>(() => LiveTagSet.FromBytes([1, 1, 1, 0, 0, 0, 1, 255, 255, 255, 255, 15]));
    }

    [Fact]
    public void Bytes_of_an_unknown_format_say_so()
    {
        var bytes = CustomerStateCodec.ToBytes(new CustomerState());
        bytes[0] = 77;
        Assert.Contains("77", Assert.Throws<FormatException>(() => CustomerStateCodec.FromBytes(bytes)).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => CustomerStateCodec.FromBytes([]));
    }

    [Fact]
    public void Requests_are_remembered_for_a_week_256_at_the_most_and_only_with_an_id()
    {
        var requests = new AnsweredRequests();
        requests.Add("", 1, Bank.Now, 1, []);
        Assert.Null(requests.Find(""));

        for (var i = 0; i < AnsweredRequests.Capacity + 1; i++)
        {
            requests.Add($"r{i}", (ulong)i, Bank.Now, i, [(byte)i]);
        }

        Assert.Null(requests.Find("r0"));
        Assert.Equal(1, requests.Find("r1")?.Version);
        Assert.Equal(256UL, requests.Find("r256")?.BodyHash);

        requests.Add("later", 1, Bank.Now + (7 * Bank.DayMs) + 1, 1, []);
        Assert.Null(requests.Find("r256"));
    }

    private static List<TagEntry> Entries(TagSet tags)
    {
        var entries = new List<TagEntry>();
        foreach (var entry in tags)
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static void ReadOrFormatFault<T>(Func<byte[], T> read, byte[] bytes)
    {
        try
        {
            read(bytes);
        }
        catch (FormatException)
        {
        }
    }

    private static CustomerState RandomState(Random dice)
    {
        var state = new CustomerState();
        for (var i = dice.Next(12); i > 0; i--)
        {
            var value = dice.Next(2) == 0 ? TagValue.String(new string('客', dice.Next(5))) : TagValue.Integer(dice.NextInt64(long.MinValue, long.MaxValue));
            state.Tags.Set((ushort)dice.Next(ushort.MaxValue), value, Bank.Now, TagSource.Api, dice.Next(2) * Bank.Now);
        }

        for (var i = dice.Next(12); i > 0; i--)
        {
            var (function, at) = ((LiveFunction)dice.Next(1, 5), Bank.Now + dice.Next());
            var isText = function == LiveFunction.Last;
            var rule = new LiveTagRule((ushort)((int)function * 10), isText ? TagType.String : TagType.Integer, function, Bank.DayMs, "p");
            state.LiveTags.Observe(rule, at, (int)(at / Bank.DayMs), isText ? TagValue.String("文") : TagValue.Integer(dice.Next()));
        }

        for (var i = dice.Next(12); i > 0; i--)
        {
            var id = new ContactId(DecisionId.Create(Bank.Now, Bank.Home, "020235"), (ushort)dice.Next(3));
            state.Contacts.Record(new ContactScopes((ushort)dice.Next(3), (ushort)dice.Next(3), id.Action), Bank.Now + dice.Next(), 5);
            state.ContactLog.Add(id, Bank.Now);
            state.ContactLog.Answer(id, (FeedbackType)dice.Next(5), Bank.Now);
            state.Consents.Set((ushort)dice.Next(3), (Purpose)dice.Next(1, 4), dice.Next(2) == 0, Bank.Now);
            state.CountedIds.Add($"e{i}", Bank.Now - dice.Next(), Bank.Now);
            state.PastEvents.Add(new PastEvent((ushort)dice.Next(5), Bank.App, Bank.Now));
            var answer = new byte[dice.Next(20)];
            dice.NextBytes(answer);
            state.AnsweredRequests.Add($"r{dice.Next(3)}", (ulong)dice.NextInt64(), Bank.Now, dice.Next(), answer);
        }

        return state;
    }
}
