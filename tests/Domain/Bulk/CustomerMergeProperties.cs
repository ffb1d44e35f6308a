using FsCheck.Xunit;
using Zhice.Domain.Bulk;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Bulk;

/// <summary>Rows are merged as a naive model would: a dictionary of tags, each with who wrote it and when.</summary>
public sealed class CustomerMergeProperties
{
    private const long Day = 86_400_000;
    private const long Noon = 1_700_000_000_000 / Day * Day;

    [Property(MaxTest = 500)]
    public void Imports_and_live_writes_in_any_order_leave_what_the_model_has(int seed)
    {
        var dice = new Random(seed);
        var model = new Dictionary<ushort, TagEntry>();
        var consents = new Dictionary<(ushort, Purpose), (bool IsGranted, long AtMs)>();
        var state = new CustomerState();
        for (var step = 0; step < 12; step++)
        {
            var atMs = Noon + (dice.Next(6) * 500);
            if (dice.Next(3) == 0)
            {
                state = state.Clone();
                var tag = (ushort)dice.Next(1, 10);
                var source = (TagSource)dice.Next(2, 5);
                state.Tags.Set(tag, TagValue.Integer(step), atMs, source);
                model[tag] = new(tag, step, null, atMs / 1000 * 1000, source, 0);
                continue;
            }

            var mode = (ImportMode)dice.Next(1, 3);
            var tags = RandomTags(dice, step);
            var said = RandomConsents(dice);
            var before = CustomerStateCodec.ToBytes(state);
            var merge = new CustomerMerge(mode, atMs);
            var after = merge.Apply(state, new(tags, said));
            Assert.Equal(before, CustomerStateCodec.ToBytes(state));

            Apply(model, tags, mode, atMs);
            foreach (var one in said)
            {
                if (!consents.TryGetValue((one.Channel, one.Purpose), out var known) || known.AtMs < atMs
                    || (known.AtMs == atMs && !one.IsGranted))
                {
                    consents[(one.Channel, one.Purpose)] = (one.IsGranted, atMs);
                }
            }

            state = after ?? state;
            Assert.Null(merge.Apply(state, new(tags, said)));
        }

        var entries = new List<TagEntry>();
        foreach (var entry in state.Tags)
        {
            entries.Add(entry);
        }

        Assert.Equal(model.Values.OrderBy(entry => entry.Tag), entries);
        Assert.Equal(
            consents.Select(
                pair =>
                    new ConsentEntry(
                        pair.Key.Item1, pair.Key.Item2, pair.Value.IsGranted, pair.Value.AtMs, ConsentSource.Import)).ToHashSet(),
            state.Consents.Entries.ToHashSet());
    }

    [Property(MaxTest = 200)]
    public void Of_two_imports_the_later_one_wins_whichever_comes_first(int seed)
    {
        var dice = new Random(seed);
        var (older, newer) = (RandomTags(dice, 1), RandomTags(dice, 2));
        var first = new CustomerMerge(ImportMode.Changed, Noon);
        var second = new CustomerMerge(ImportMode.Changed, Noon + Day);

        var inOrder = After(second, After(first, null, older), newer);
        var swapped = After(first, After(second, null, newer), older);

        Assert.Equal(CustomerStateCodec.ToBytes(inOrder), CustomerStateCodec.ToBytes(swapped));
    }

    [Fact]
    public void A_live_value_as_of_the_same_second_is_kept_and_an_earlier_one_gives_way()
    {
        var state = new CustomerState();
        state.Tags.Set(1, TagValue.Integer(1), Noon + 900, TagSource.Api);
        state.Tags.Set(2, TagValue.Integer(1), Noon - 1, TagSource.Api);

        var after = After(new CustomerMerge(ImportMode.Full, Noon + 100), state, [new(1, 7, null, 0), new(2, 7, null, 0)]);

        Assert.True(after.Tags.TryGet(1, Noon, out var kept) && kept == 1);
        Assert.True(after.Tags.TryGet(2, Noon, out var replaced) && replaced == 7);
    }

    [Fact]
    public void A_row_that_says_nothing_makes_a_customer_known()
    {
        Assert.NotNull(new CustomerMerge(ImportMode.Changed, Noon).Apply(null, new([], [])));
    }

    [Property(MaxTest = 300)]
    public void Words_that_are_exported_and_imported_again_later_undo_nothing(int seed)
    {
        var dice = new Random(seed);
        var state = RandomWords(dice, new CustomerState(), Noon);
        var exported = state.Consents.Entries.Select(
            static entry => new RowConsent(entry.Channel, entry.Purpose, entry.IsGranted, entry.AtMs)).ToArray();
        var later = RandomWords(dice, state.Clone(), Noon + Day);

        Assert.Null(new CustomerMerge(ImportMode.Changed, Noon + (2 * Day)).Apply(later, new([], exported)));
    }

    [Fact]
    public void A_grant_of_a_file_that_has_no_time_does_not_end_what_the_customer_refused()
    {
        var state = new CustomerState();
        state.Consents.Set(1, Purpose.Marketing, isGranted: false, Noon, ConsentSource.TextMessage);
        state.Consents.Set(2, Purpose.Marketing, isGranted: false, Noon, ConsentSource.Import);
        var merge = new CustomerMerge(ImportMode.Changed, Noon + Day);

        var after = merge.Apply(state, new([], [new(1, Purpose.Marketing, true), new(2, Purpose.Marketing, true)]))!;
        Assert.False(after.Consents.Allows(1, Purpose.Marketing));
        Assert.True(after.Consents.Allows(2, Purpose.Marketing));

        after = merge.Apply(state, new([], [new(1, Purpose.Marketing, true, Noon + 1)]))!;
        Assert.True(after.Consents.Allows(1, Purpose.Marketing));
    }

    [Fact]
    public void News_of_all_rows_of_a_customer_go_into_the_history_once()
    {
        var merge = new CustomerMerge(ImportMode.Changed, Noon) { EvidenceId = "import-1", RecordedAtMs = Noon + 5 };
        var first = merge.Apply(null, new([], [new(1, Purpose.Marketing, false)]))!;
        var second = merge.Apply(first, new([], [new(1, Purpose.Marketing, false), new(0, Purpose.Personalization, false, Noon - Day)]))!;

        Assert.Equal(
            [(1, Purpose.Marketing, Noon), (0, Purpose.Personalization, Noon - Day)],
            second.Effects!.Statements.Select(static word => ((int)word.Channel, word.Purpose, word.AtMs)));
        Assert.All(
            second.Effects.Statements,
            static word => Assert.Equal(("import-1", ConsentSource.Import, Noon + 5), (word.EvidenceId, word.Source, word.RecordedAtMs)));
    }

    private static CustomerState RandomWords(Random dice, CustomerState state, long fromMs)
    {
        for (var i = dice.Next(6); i > 0; i--)
        {
            state.Consents.Set(
                (ushort)dice.Next(3), Purpose.Marketing, dice.Next(2) == 0, fromMs + dice.Next(1000), (ConsentSource)dice.Next(8));
        }

        return state;
    }

    private static CustomerState After(CustomerMerge merge, CustomerState? state, RowTag[] tags) =>
        merge.Apply(state, new(tags, [])) ?? state!;

    private static void Apply(Dictionary<ushort, TagEntry> model, RowTag[] tags, ImportMode mode, long atMs)
    {
        var second = atMs / 1000 * 1000;
        bool GivesWay(TagEntry entry) => entry.Source == TagSource.Import ? entry.WrittenAtMs <= second : entry.WrittenAtMs < second;
        if (mode == ImportMode.Full)
        {
            var gone = model.Values.Where(entry => entry.Source == TagSource.Import && GivesWay(entry)).ToList();
            gone.Where(entry => !Array.Exists(tags, tag => tag.Tag == entry.Tag)).ToList().ForEach(entry => model.Remove(entry.Tag));
        }

        foreach (var tag in tags)
        {
            if (!model.TryGetValue(tag.Tag, out var entry) || GivesWay(entry))
            {
                model[tag.Tag] = new(tag.Tag, tag.Bits, tag.Text, second, TagSource.Import, tag.ExpiresAtMs);
            }
        }
    }

    private static RowTag[] RandomTags(Random dice, int value) =>
    [
        .. Enumerable.Range(1, 9).Where(_ => dice.Next(2) == 0).Select(tag => tag == 9
            ? new RowTag(9, 0, $"text {value}", 0)
            : new RowTag((ushort)tag, value, null, tag == 8 ? Noon + (30 * Day) : 0)),
    ];

    private static RowConsent[] RandomConsents(Random dice) =>
        [.. Enumerable.Range(0, 3).Where(_ => dice.Next(2) == 0).Select(channel =>
            new RowConsent((ushort)channel, Purpose.Marketing, dice.Next(2) == 0))];
}
