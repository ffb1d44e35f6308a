using FsCheck.Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Customers;

public sealed class CustomerStateCodecProperties
{
    // A state as the first release wrote it.
    private const string Format1 =
        "ATIBAwMABwCEA0ALpWnAuaNpQAulaQECAwKptN51AAGEAwbljJfkuqwBBwAATtqxnAEAAEEBAgoAAgDcsaacAQAAADjYq5wBAAACAQAAAAAAAA"
        + "ABAAAAAAAAAAALAAEA8rOsnAEAAAEAAAAAAAAAAAEEaG9tZVoBBgEAAAIAlo2nnAEAAADys6ycAQAAAgEAAgCWjaecAQAAAPKzrJwBAAADAgAB"
        + "AJaNp5wBAAAEAwABAJaNp5wBAAADBAABAPKzrJwBAAAEBQABAPKzrJwBAAAOAQECAAEAAPKzrJwBAAAp/22niJwBAAACh0owR05nTOXM3qQC6M"
        + "jLyQCWjaecAQAAAPKzrJwBAAAlAXHZ9fL2+uB9TQAAAAAAAAAA8rOsnAEAAAkAAAAAAAAAAwECA0cCAQAA8rOsnAEqAAAAAAAAAAMABfKzrJwB"
        + "AAACYNy0rJwBAAABAADys6ycASoAAAAAAAAABAAG8rOsnAEAAAAAAAAAAAAAABkCCAABAACWjaecAQAACQAAAADys6ycAQAA";

    [Fact]
    public void Bytes_of_the_first_release_are_read()
    {
        var state = CustomerStateCodec.FromBytes(Convert.FromBase64String(Format1));
        AssertIsTheOldOne(state);
        AssertIsTheOldOne(CustomerStateCodec.Open(Convert.FromBase64String(Format1)));
        CustomerStateCodec.Check(Convert.FromBase64String(Format1));

        var bytes = CustomerStateCodec.ToBytes(state);
        Assert.Equal(3, bytes[0]);
        AssertIsTheOldOne(CustomerStateCodec.FromBytes(bytes));
        Assert.InRange(bytes.Length, 1, Convert.FromBase64String(Format1).Length * 3 / 4);
    }

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
        Assert.Equal(state.ContactLog.All.ToArray(), back.ContactLog.All.ToArray());
        Assert.Equal(state.PastEvents.Events, back.PastEvents.Events);
        Assert.Equal(state.ContactAnswers.Answers, back.ContactAnswers.Answers);
        Assert.Equal(state.Reservations.All.ToArray(), back.Reservations.All.ToArray());
        var (asked, found) = (state.AnsweredRequests.Find("r1"), back.AnsweredRequests.Find("r1"));
        Assert.Equal((asked?.Version, asked?.BodyHash, asked?.AtMs), (found?.Version, found?.BodyHash, found?.AtMs));
        Assert.Equal(asked?.Answer, found?.Answer);
        Assert.Equal(state.KeptDecisions.All.Length, back.KeptDecisions.All.Length);
        foreach (var kept in state.KeptDecisions.All)
        {
            var again = back.KeptDecisions.Find(kept.Id)!;
            Assert.Equal(kept.IsPersonalized, again.IsPersonalized);
            Assert.Equal(kept.Offers.AsEnumerable(), again.Offers);
            Assert.Equal(kept.Features.AsEnumerable(), again.Features);
        }
    }

    [Property(MaxTest = 60)]
    public void A_state_whose_parts_are_read_when_asked_for_has_the_same(int seed)
    {
        var dice = new Random(seed);
        var state = RandomState(dice);
        var bytes = CustomerStateCodec.ToBytes(state);
        var opened = CustomerStateCodec.Open(bytes);

        CustomerStateCodec.Check(bytes);
        Assert.Same(bytes, CustomerStateCodec.Pack(opened));
        Func<CustomerState, object>[] asked =
        [
            static state => Entries(state.Tags), static state => state.Contacts.ToBytes(), static state => state.Consents.Entries,
            static state => state.ContactAnswers.Answers, static state => state.Reservations.All.ToArray(),
            static state => state.Holds.All.ToArray(), static state => state.Units.All.ToArray(), static state => state.Exposures.All.ToArray(),
            static state => state.LiveTags.ToBytes(), static state => state.ContactLog.All.ToArray(), static state => state.CountedAnswers.Count,
        ];
        dice.Shuffle(asked);
        Assert.All(asked, part => Assert.Equal(part(state), part(opened)));
        Assert.Same(opened.Tags, opened.Tags);

        // A clone asks for all of them, and may be changed: what states without a part share stays as it is.
        var clone = opened.Clone();
        Assert.Equal(bytes, CustomerStateCodec.ToBytes(clone));
        clone.Tags.Set(9, TagValue.Integer(9), Bank.Now, TagSource.Api);
        clone.Consents.Set(1, Purpose.Marketing, isGranted: false, Bank.Now);
        clone.Units.Keep(new(new(DecisionId.Create(Bank.Now, Bank.Home, "020235"), 1), Bank.Now + 1), Bank.Now);
        Assert.Equal(bytes, CustomerStateCodec.ToBytes(CustomerStateCodec.Open(bytes).Clone()));
        var nothing = CustomerStateCodec.ToBytes(new CustomerState());
        Assert.Equal(nothing, CustomerStateCodec.ToBytes(CustomerStateCodec.Open(nothing).Clone()));
    }

    [Property(MaxTest = 8)]
    public void A_truncated_state_is_a_format_fault(int seed)
    {
        var bytes = CustomerStateCodec.ToBytes(RandomState(new Random(seed)));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => CustomerStateCodec.FromBytes(bytes[..length]));
            Assert.Throws<FormatException>(() => CustomerStateCodec.Open(bytes[..length]).Clone());
            Assert.Throws<FormatException>(() => CustomerStateCodec.Check(bytes[..length]));
        }

        Assert.Throws<FormatException>(() => CustomerStateCodec.Check(null));
        Assert.Throws<FormatException>(() => CustomerStateCodec.Check([99, .. bytes[1..]]));
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
            ReadOrFormatFault(static bytes => CustomerStateCodec.Open(bytes).Clone(), damaged);
            ReadOrFormatFault(
                static bytes =>
                {
                    CustomerStateCodec.Check(bytes);
                    return CustomerStateCodec.Open(bytes);
                },
                damaged);
        }
    }

    [Property(MaxTest = 1000)]
    public void Garbage_is_read_or_a_format_fault_and_no_other(byte[] garbage)
    {
        byte[] bytes = [(byte)(1 + (garbage.Length % 3)), .. garbage];
        ReadOrFormatFault(CustomerStateCodec.FromBytes, bytes);
        ReadOrFormatFault(static bytes => CustomerStateCodec.Open(bytes).Clone(), bytes);
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
    public void Requests_are_remembered_for_a_day_1024_at_the_most_and_only_with_an_id()
    {
        var requests = new AnsweredRequests();
        requests.Add("", 1, Bank.Now, 1, []);
        Assert.Null(requests.Find(""));

        for (var i = 0; i < AnsweredRequests.Capacity + 1; i++)
        {
            requests.Add($"r{i}", (ulong)i, Bank.Now, i, []);
        }

        Assert.Null(requests.Find("r0"));
        Assert.Equal(1, requests.Find("r1")?.Version);
        Assert.Equal(1024UL, requests.Find("r1024")?.BodyHash);
        requests.Add("a day later", 1, Bank.Now + Bank.DayMs, 1, []);
        Assert.NotNull(requests.Find("r2"));
    }

    [Fact]
    public void The_last_256_requests_are_remembered_for_a_week()
    {
        var requests = new AnsweredRequests();
        for (var i = 0; i < 300; i++)
        {
            requests.Add($"r{i}", (ulong)i, Bank.Now, i, []);
        }

        requests.Add("two days later", 1, Bank.Now + (2 * Bank.DayMs), 1, []);
        Assert.Null(requests.Find("r44"));
        Assert.NotNull(requests.Find("r45"));

        requests.Add("later", 1, Bank.Now + (7 * Bank.DayMs) + 1, 1, []);
        Assert.Null(requests.Find("r299"));
        Assert.NotNull(requests.Find("two days later"));
    }

    [Fact]
    public void Of_requests_with_an_answer_the_last_16_are_remembered()
    {
        var requests = new AnsweredRequests();
        requests.Add("plain", 1, Bank.Now, 1, []);
        for (var i = 0; i < AnsweredRequests.AnswerCapacity + 1; i++)
        {
            requests.Add($"r{i}", (ulong)i, Bank.Now, i, [(byte)i]);
        }

        Assert.Null(requests.Find("r0"));
        Assert.Equal([1], requests.Find("r1")?.Answer);
        Assert.NotNull(requests.Find("plain"));
    }

    [Fact]
    public void What_an_answer_makes_room_for_goes_to_the_store_and_is_known_to_be_there_for_a_week()
    {
        var requests = new AnsweredRequests();
        var gone = new List<AnsweredRequest>();
        for (var i = 0; i < 100; i++)
        {
            gone.AddRange(requests.Add($"r{i}", (ulong)i, Bank.Now + (i * 60_000), i, [(byte)i]));
        }

        Assert.Equal(Enumerable.Range(0, 84), gone.Select(static request => (int)request.BodyHash));
        Assert.Equal(Enumerable.Range(0, 84), gone.Select(static request => (int)request.Answer[0]));

        var state = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(new CustomerState { AnsweredRequests = requests.Clone() }));
        foreach (var memory in new[] { requests, requests.Clone(), state.AnsweredRequests })
        {
            Assert.All(gone, (request, i) => Assert.Equal((true, request.IdHash), (memory.IsInStore($"r{i}", out var hash), hash)));
            Assert.DoesNotContain(Enumerable.Range(84, 16), i => memory.IsInStore($"r{i}", out _));
            Assert.False(memory.IsInStore("", out _));

            memory.Add("six days later", 1, Bank.Now + (6 * Bank.DayMs), 1, [1]);
            Assert.True(memory.IsInStore("r0", out _));
            Assert.Empty(memory.Add("nine days later", 1, Bank.Now + (9 * Bank.DayMs), 1, [1]));
            Assert.False(memory.IsInStore("r0", out _));
        }
    }

    [Fact]
    public void Of_what_the_store_has_the_last_1024_are_known()
    {
        var requests = new AnsweredRequests();
        for (var i = 0; i < 16 + 1_025; i++)
        {
            requests.Add($"r{i}", (ulong)i, Bank.Now + i, i, [1]);
        }

        Assert.False(requests.IsInStore("r0", out _));
        Assert.True(requests.IsInStore("r1", out _));
        Assert.True(requests.IsInStore("r1024", out _));
    }

    [Fact]
    public void Calls_whose_answers_the_store_has_are_behind_what_older_programs_read()
    {
        var (with, without) = (new CustomerState(), new CustomerState());
        for (var i = 0; i < 20; i++)
        {
            with.Remember($"r{i}", 1, Bank.Now, i, [1]);
            if (i >= 4)
            {
                without.Remember($"r{i}", 1, Bank.Now, i, [1]);
            }
        }

        var bytes = CustomerStateCodec.ToBytes(with);
        Assert.Equal(4, with.Effects!.Answers.Count);
        Assert.Equal(CustomerStateCodec.ToBytes(without)[0], bytes[0]);
        Assert.Equal(4, bytes.Length - CustomerStateCodec.ToBytes(without).Length - (4 * sizeof(uint)) - 1);
    }

    [Fact]
    public void A_state_stays_small_however_many_calls_it_answers()
    {
        var state = new CustomerState();
        for (var i = 0; i < 250; i++)
        {
            state.Remember($"r{i}", (ulong)i * 0x9E37_79B9_7F4A_7C15, Bank.Now + i, i, new byte[124]);
        }

        Assert.InRange(CustomerStateCodec.ToBytes(state).Length, 1, 4_096);
    }

    private static void AssertIsTheOldOne(CustomerState state)
    {
        Assert.Equal(
            [
                new TagEntry(3, 1, null, Bank.Now, TagSource.Import, 0),
                new TagEntry(7, -123_456_789, null, Bank.Now - Bank.DayMs, TagSource.Api, Bank.Now + Bank.DayMs),
                new TagEntry(900, 0, "北京", Bank.Now, TagSource.Event, 0),
            ],
            Entries(state.Tags));
        Assert.True(
            state.LiveTags.TryGet(
                new LiveTagRule(10, TagType.Integer, LiveFunction.Count, 30 * Bank.DayMs, null), Bank.Now, 2, out var count));
        Assert.Equal(2, count);
        Assert.True(
            state.LiveTags.TryGetText(new LiveTagRule(11, TagType.String, LiveFunction.Last, Bank.DayMs, "page"), Bank.Now, out var page));
        Assert.Equal("home", page);
        Assert.Equal((2, 1), (state.Contacts.CountSince(CapScope.Channel, 1, 0), state.Contacts.CountSince(CapScope.Action, 3, 0)));
        Assert.Equal(
            [Bank.Now - Bank.DayMs, Bank.Now],
            [state.Contacts.NthLatest(CapScope.All, 0, 2), state.Contacts.NthLatest(CapScope.All, 0, 1)]);
        Assert.False(state.Consents.Allows(2, Purpose.Marketing));
        Assert.Equal(
            (CountedBefore.Yes, CountedBefore.Yes),
            (state.CountedIds.Find("e1", Bank.Now, Bank.Now), state.CountedIds.Find("e2", Bank.Now, Bank.Now)));
        Assert.Equal(
            (77UL, Bank.Now, 9L),
            state.AnsweredRequests.Find("r1") is { } request ? (request.BodyHash, request.AtMs, request.Version) : default);
        var decision = new DecisionId(((ulong)Bank.Now << 16) | 1, 42);
        Assert.Equal(
            [
                new LoggedContact(new(decision, 3), Bank.Now + 5, FeedbackType.Click, Bank.Now + 60_000),
                new LoggedContact(new(decision, 4), Bank.Now + 6, FeedbackType.None, 0),
            ],
            state.ContactLog.All.ToArray());
        Assert.Equal([new PastEvent(8, 1, Bank.Now - Bank.DayMs), new PastEvent(9, 0, Bank.Now)], state.PastEvents.Events);
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
            var value = dice.Next(2) == 0
                ? TagValue.String(new string('客', dice.Next(5)))
                : TagValue.Integer(dice.NextInt64(long.MinValue, long.MaxValue));
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
            state.ContactAnswers.Dismissed((ushort)dice.Next(5), 1, Bank.Now + dice.Next());
            state.ContactAnswers.Accepted((ushort)dice.Next(5), 2, Bank.Now - dice.Next());
            state.Reservations.TryReserve(
                new(id, new(1, 2, id.Action, (ushort)dice.Next(9)), (CountMoment)dice.Next(4), Bank.Now + dice.Next()), Bank.Now);
            state.CountedAnswers.Add($"a{i}", Bank.Now - dice.Next(), Bank.Now);
            state.KeptDecisions.Keep(
                new(
                    id.Decision, dice.Next(2) == 0, [new(id.Action, 1, 0)],
                    [.. Enumerable.Range(0, dice.Next(9)).Select(_ => (ushort)dice.Next(9)).Order()]),
                Bank.Now, AttributionWindow.Default);
            state.KeptDecisions.Teach(id, (LessonKind)dice.Next(5), dice.Next(2), 2);
            var answer = new byte[dice.Next(20)];
            dice.NextBytes(answer);
            state.AnsweredRequests.Add($"r{dice.Next(3)}", (ulong)dice.NextInt64(), Bank.Now, dice.Next(), answer);
        }

        // Each of these makes a later format of the state.
        var held = new ContactId(DecisionId.Create(Bank.Now, Bank.Home, "020235"), 7);
        switch (dice.Next(4))
        {
            case 1:
                state.Holds.TryHold(new(held, 2, "张三", Bank.Now + dice.Next(1, 9)), Bank.Now);
                break;
            case 2:
                state.Units.Keep(new(held, Bank.Now + dice.Next(1, 9)), Bank.Now);
                break;
            case 3:
                state.Exposures.Keep(new(dice.NextInt64(), 1, Bank.Now, 7));
                break;
        }

        return state;
    }
}
