using System.Collections.Immutable;
using FsCheck.Xunit;
using Zhice.Domain.Audit;

namespace Zhice.Domain.Tests.Audit;

/// <summary>Whatever is done to a chain by whoever can write to the store is found, and where.</summary>
public sealed class AuditChainProperties
{
    private const long HourMs = 3_600_000;
    private static readonly Guid Chain = new("0a1b2c3d-0000-4000-8000-000000000024");

    [Property(MaxTest = 200)]
    public void A_chain_as_it_was_written_has_no_fault(byte[] gaps) => Assert.Empty(Verify(Write(gaps), Write(gaps)).Faults);

    [Property(MaxTest = 300)]
    public void An_edited_byte_is_found_in_its_entry(byte[] gaps, int at, int offset, byte by)
    {
        var (written, chain) = (Write(gaps), Write(gaps).ToArray());
        var link = chain[Index(at, chain.Length)];
        var content = link.Content.ToArray();
        content[Index(offset, content.Length)] ^= (byte)(by | 1);
        chain[link.Sequence - 1] = link with { Content = content };

        Assert.Equal((AuditFaultKind.Changed, link.Sequence), First(Verify(written, [.. chain])));
    }

    [Property(MaxTest = 300)]
    public void A_time_that_was_edited_is_found_in_its_entry(byte[] gaps, int at, int by)
    {
        var (written, chain) = (Write(gaps), Write(gaps).ToArray());
        var link = chain[Index(at, chain.Length)];
        chain[link.Sequence - 1] = link with { AtMs = link.AtMs + (by == 0 ? 1 : by) };

        Assert.Contains(
            Verify(written, [.. chain]).Faults, fault => fault.Sequence == link.Sequence && fault.Kind == AuditFaultKind.Changed);
    }

    [Property(MaxTest = 300)]
    public void What_was_cut_out_is_named_from_the_first_to_the_last(byte[] gaps, int at, byte count)
    {
        var written = Write(gaps);
        var from = Index(at, written.Length - 1);
        var cut = 1 + (count % (written.Length - 1 - from));
        var verifier = Verify(written, written.RemoveRange(from, cut));

        var fault = verifier.Faults[0];
        Assert.Equal(
            from == 0 ? (AuditFaultKind.NoBeginning, cut + 1L) : (AuditFaultKind.Missing, from + 1L), (fault.Kind, fault.Sequence));
        Assert.Equal(from == 0 ? 0 : from + cut, fault.Other);
    }

    [Property(MaxTest = 300)]
    public void Two_entries_that_changed_places_are_named_with_the_numbers_that_they_had(byte[] gaps, int one, int other)
    {
        var written = Write(gaps);
        var (i, j) = (Index(one, written.Length), Index(other, written.Length));
        if (i == j)
        {
            return;
        }

        var chain = written.ToArray();
        (chain[i], chain[j]) = (written[j] with { Sequence = i + 1 }, written[i] with { Sequence = j + 1 });
        var faults = Verify(written, [.. chain]).Faults;
        Assert.Contains(faults, fault => (fault.Kind, fault.Sequence, fault.Other) == (AuditFaultKind.Moved, i + 1, j + 1));
        Assert.Contains(faults, fault => (fault.Kind, fault.Sequence, fault.Other) == (AuditFaultKind.Moved, j + 1, i + 1));
    }

    [Property(MaxTest = 300)]
    public void An_entry_that_was_put_in_is_found_where_it_stands(byte[] gaps, int at)
    {
        var written = Write(gaps);
        var index = Index(at, written.Length);
        var forged = AuditChain.Extend(
            index == 0 ? AuditHead.Empty(Chain) : Head(written[index - 1]), [Content(999)], written[index].AtMs)[0];
        var chain = written.Insert(index, forged).Select(static (link, i) => link with { Sequence = i + 1 }).ToImmutableArray();

        // The forged entry fits what stands before it, and nothing fits behind it.
        Assert.Equal(index + 2L, Verify(written, chain).Faults[0].Sequence);
    }

    [Property(MaxTest = 300)]
    public void A_cut_end_is_found_by_the_head_or_by_a_checkpoint(byte[] gaps, int at)
    {
        var written = Write(gaps);
        var kept = written[..Index(at, written.Length)];
        var expected = (AuditFaultKind.Truncated, kept.Length + 1L);

        Assert.Equal(expected, First(Verify(written, kept)));
        Assert.Equal(expected, First(Verify(kept, kept, Checkpoint(written[^1]))));
        Assert.Empty(Verify(kept, kept).Faults);
    }

    [Property(MaxTest = 300)]
    public void A_chain_that_was_made_anew_from_an_edit_on_is_found_by_a_checkpoint_alone(byte[] gaps, int at)
    {
        var written = Write(gaps);
        var forged = written[..Index(at, written.Length)];
        foreach (var link in written[forged.Length..])
        {
            var content = link.Sequence == forged.Length + 1 ? Content(999) : link.Content;
            forged = forged.AddRange(AuditChain.Extend(forged.IsEmpty ? AuditHead.Empty(Chain) : Head(forged[^1]), [content], link.AtMs));
        }

        Assert.Empty(Verify(forged, forged).Faults);
        Assert.Equal((AuditFaultKind.AgainstCheckpoint, written.Length), First(Verify(forged, forged, Checkpoint(written[^1]))));
    }

    [Property(MaxTest = 200)]
    public void Days_that_were_archived_are_replaced_by_the_checkpoint_at_their_end(byte[] gaps, int at)
    {
        var written = Write(gaps);
        var archived = Index(at, written.Length - 1) + 1;

        Assert.Empty(Verify(written, written[archived..], Checkpoint(written[archived - 1])).Faults);
        Assert.Equal(AuditFaultKind.NoBeginning, Verify(written, written[archived..]).Faults[0].Kind);
    }

    [Fact]
    public void A_day_that_was_cut_out_does_not_go_unseen_when_the_numbers_are_closed_up()
    {
        var written = Write([0, 30, 0, 30, 0, 30]);
        var day = AuditChain.DayOf(written[2].AtMs);
        var chain = written.Where(link => AuditChain.DayOf(link.AtMs) != day)
            .Select(static (link, i) => link with { Sequence = i + 1 })
            .ToImmutableArray();

        Assert.True(chain.Length < written.Length);
        Assert.NotEmpty(Verify(chain, chain).Faults);
    }

    [Fact]
    public void A_clock_that_was_set_back_stands_still()
    {
        var first = AuditChain.Extend(AuditHead.Empty(Chain), [Content(1)], Bank.Now);
        var second = AuditChain.Extend(Head(first[0]), [Content(2)], Bank.Now - (48 * HourMs));

        Assert.Equal(Bank.Now, second[0].AtMs);
    }

    [Fact]
    public void A_checkpoint_of_another_chain_is_named()
    {
        var written = Write([1, 2]);
        var other = Checkpoint(written[^1]) with { ChainId = Guid.Empty };

        Assert.Equal((AuditFaultKind.OtherChain, written.Length), First(Verify(written, written, other)));
    }

    // At least three entries; each gap is in hours, so that days begin here and there, and some have no entries.
    private static ImmutableArray<AuditLink> Write(byte[] gaps)
    {
        var (head, links, now) = (AuditHead.Empty(Chain), ImmutableArray<AuditLink>.Empty, Bank.Now);
        foreach (var (i, gap) in gaps.Take(40).Concat((byte[])[1, 30, 2]).Index())
        {
            now += gap % 60 * HourMs;
            links = links.AddRange(AuditChain.Extend(head, [Content(i)], now));
            head = Head(links[^1]);
        }

        return links;
    }

    private static byte[] Content(int i) => AuditEntryCodec.Write(new()
    {
        Stage = AuditStage.Done,
        CallId = new(i, 0, 0, new byte[8]),
        Actor = $"wang{i}",
        Method = "zhice.v1.StopService/SetStop",
        Changes = [new("kind", "", "MARKETING")],
    });

    private static AuditHead Head(AuditLink link) => new(Chain, link.Sequence, link.AtMs, link.Hash);

    private static AuditCheckpoint Checkpoint(AuditLink link) => new()
    {
        ChainId = Chain, Number = 1, Sequence = link.Sequence, EntryAtMs = link.AtMs, Hash = link.Hash, AtMs = link.AtMs,
        Previous = new byte[32],
    };

    private static AuditVerifier Verify(
        ImmutableArray<AuditLink> written, ImmutableArray<AuditLink> found, params AuditCheckpoint[] checkpoints)
    {
        var verifier = new AuditVerifier(Chain, checkpoints);
        foreach (var link in found)
        {
            verifier.Add(link);
        }

        verifier.End(written.IsEmpty ? AuditHead.Empty(Chain) : Head(written[^1]));
        return verifier;
    }

    private static (AuditFaultKind Kind, long Sequence) First(AuditVerifier verifier) =>
        (verifier.Faults[0].Kind, verifier.Faults[0].Sequence);

    private static int Index(int number, int count) => (int)((uint)number % (uint)count);
}
