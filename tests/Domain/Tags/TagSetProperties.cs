using FsCheck.Xunit;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Tags;

/// <summary>The packed set against a dictionary.</summary>
public sealed class TagSetProperties
{
    [Property(MaxTest = 300)]
    public void It_holds_what_a_dictionary_would((byte Step, byte Tag, long Bits, byte ExpiresAfter)[] steps)
    {
        var (set, model) = (new TagSet(), new SortedDictionary<ushort, TagEntry>());
        var now = Bank.Now;
        foreach (var (step, number, bits, expiresAfter) in steps)
        {
            now += 1234;
            var tag = (ushort)(number % 20);
            switch (step % 8)
            {
                case 0:
                    Assert.Equal(model.Remove(tag), set.Remove(tag));
                    break;
                case 1:
                    ushort[] expired = [.. model.Values.Where(
                        entry => entry.ExpiresAtMs != 0 && entry.ExpiresAtMs <= now).Select(static entry => entry.Tag)];
                    Assert.Equal(expired.Length > 0, set.RemoveExpired(now));
                    Assert.All(expired, gone => Assert.True(model.Remove(gone)));
                    break;
                case 2:
                    // Either of the two may change, and the other goes on as it was.
                    var (changed, other) = (bits & 1) == 0 ? (set, set.Clone()) : (set.Clone(), set);
                    changed.Set(tag, TagValue.Integer(1), now, TagSource.Api);
                    changed.Remove((ushort)(tag + 1));
                    set = other;
                    break;
                case 3:
                    set = TagSet.FromBytes(set.ToBytes());
                    break;
                default:
                    var expiry = expiresAfter % 3 == 0 ? 0 : now + (expiresAfter * 100L);
                    var value = step % 8 == 4 ? TagValue.String($"文{bits}") : TagValue.Integer(bits);
                    set.Set(tag, value, now, TagSource.Event, expiry);
                    model[tag] = new(tag, value.Bits, value.Text, now / 1000 * 1000, TagSource.Event, expiry);
                    break;
            }

            AssertSame(model, set, now);
        }
    }

    [Fact]
    public void Sixty_tags_take_about_a_kilobyte_in_memory_and_in_bytes()
    {
        var set = new TagSet();
        for (ushort tag = 1; tag <= 60; tag++)
        {
            set.Set(
                (ushort)(tag * 7), tag <= 2 ? TagValue.String("Beijing") : TagValue.Decimal(tag * 12_345_678L), Bank.Now, TagSource.Import,
                tag == 9 ? Bank.Now + 1 : 0);
        }

        Changed(set);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Changed(set);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 60 * 15, 1600);
        Assert.InRange(set.ToBytes().Length, 60 * 4, 600);

        set.Remove(7);
        set.Remove(14);
        set.Remove(63);
        before = GC.GetAllocatedBytesForCurrentThread();
        Changed(set);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 57 * 15, 1330);

        // A copy takes the room once it changes.
        static void Changed(TagSet set) => set.Clone().Set(21, TagValue.Decimal(1), Bank.Now, TagSource.Api);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var set = new TagSet();
        set.Set(1, TagValue.Integer(5), Bank.Now, TagSource.Api, Bank.Now + 1);
        set.Set(2, TagValue.String("x"), Bank.Now, TagSource.Api);
        Read(set);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(set);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Read(TagSet set)
        {
            set.TryGet(1, Bank.Now, out _);
            set.TryGetText(2, Bank.Now, out _);
            foreach (var entry in set)
            {
                _ = entry.Bits;
            }
        }
    }

    [Fact]
    public void A_tag_holds_up_to_its_expiry_exclusive()
    {
        var set = new TagSet();
        set.Set(1, TagValue.Integer(5), Bank.Now, TagSource.Api, Bank.Now + 10);
        Assert.True(set.TryGet(1, Bank.Now + 9, out _));
        Assert.False(set.TryGet(1, Bank.Now + 10, out _));
        Assert.False(set.RemoveExpired(Bank.Now + 9));
        Assert.True(set.RemoveExpired(Bank.Now + 10));
        Assert.Equal(0, set.Count);
    }

    [Fact]
    public void Texts_and_expiries_are_read_in_whatever_order_they_were_written()
    {
        // Format 2, tags 10 and 20 of one time and source, both without bits; texts and expiries of the later tag first.
        var set = TagSet.FromBytes([2, 2, 10, 10, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 20, 1, (byte)'b', 10, 1, (byte)'a', 2, 20, 8, 10, 6]);
        Assert.True(set.TryGetText(10, 2, out var first));
        Assert.True(set.TryGetText(20, 3, out var second));
        Assert.Equal("ab", first + second);
        Assert.False(set.TryGetText(10, 3, out _));
        Assert.False(set.TryGetText(20, 4, out _));
    }

    private static void AssertSame(SortedDictionary<ushort, TagEntry> model, TagSet set, long now)
    {
        var entries = new List<TagEntry>();
        foreach (var entry in set)
        {
            entries.Add(entry);
        }

        Assert.Equal(model.Values, entries);
        for (ushort tag = 0; tag < 22; tag++)
        {
            var holds = model.TryGetValue(tag, out var entry) && (entry.ExpiresAtMs == 0 || entry.ExpiresAtMs > now);
            Assert.Equal(holds, set.TryGet(tag, now, out var bits));
            Assert.Equal(holds ? entry.Bits : 0, bits);
            Assert.Equal(holds && entry.Text is not null, set.TryGetText(tag, now, out var text));
            Assert.Equal(holds ? entry.Text ?? "" : "", text ?? "");
        }
    }
}
