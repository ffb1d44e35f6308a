using Xunit;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Primitives;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.States;

/// <summary>What every back end must do with the effects of commits.</summary>
public abstract partial class StateStoreContract
{
    /// <summary>All effects in the store as text: "counted c1", "sent c1 sms", "timer nudge 2", sorted.</summary>
    private protected abstract Task<string[]> EffectsAsync();

    private static CommitEffects Effects(string contact, long generation = 1)
    {
        var effects = new CommitEffects();
        effects.Count(new CountedContact(contact, 1_700_000_000_000));
        effects.Send(new OutboundContact(contact, "sms", 1_700_000_000_000, 1_700_000_600_000, [1, 2, 3]));
        effects.Change(new TimerChange("nudge", generation, 1_700_000_900_000));
        return effects;
    }

    private static StateWrite Write(string id, long expected, CommitEffects effects) =>
        StateWrite.Create(Keys.Customer(id), expected, [1], effects);

    [Fact]
    public async Task Effects_are_kept_with_their_state()
    {
        Assert.True((await WriteAsync(Write("a", 0, Effects("c1")))).IsWritten);
        Assert.Equal(["counted c1", "sent c1 sms", "timer nudge 1"], await EffectsAsync());
    }

    [Fact]
    public async Task A_stale_write_has_no_effects_and_the_others_of_its_batch_have_theirs()
    {
        await PutAsync("b", 0, "b");
        var outcomes = await Store.WriteAsync([.. new[] { Write("a", 0, Effects("c1")), Write("b", 0, Effects("c2")), Write("c", 5, Effects("c3")) }.OrderBy(static write => write.Key)]);
        Assert.Single(outcomes, static outcome => outcome.IsWritten);
        Assert.Equal(["counted c1", "sent c1 sms", "timer nudge 1"], await EffectsAsync());
    }

    [Fact]
    public async Task The_same_write_again_has_its_effects_once_even_when_they_were_carried_out_meanwhile()
    {
        var write = Write("a", 0, Effects("c1"));
        var first = await WriteAsync(write);
        var before = await EffectsAsync();
        Assert.Equal(first, await WriteAsync(write));
        Assert.Equal(before, await EffectsAsync());

        var update = Write("a", first.Version, Effects("c2", generation: 2));
        var second = await WriteAsync(update);
        Assert.Equal(second, await WriteAsync(update));
        Assert.Equal(["counted c1", "counted c2", "sent c1 sms", "sent c2 sms", "timer nudge 2"], await EffectsAsync());
    }

    [Fact]
    public async Task A_write_that_counts_what_another_has_counted_is_refused_alone()
    {
        var first = await WriteAsync(Write("a", 0, Effects("c1")));
        var outcomes = await Store.WriteAsync([.. new[] { Write("a", first.Version, Effects("c1", generation: 2)), Write("b", 0, Effects("c2")) }.OrderBy(static write => write.Key)]);
        Assert.Single(outcomes, static outcome => outcome.IsWritten);
        Assert.Single(outcomes, WriteOutcome.CountedBefore("c1", first.Version));
        Assert.Equal([1], (await Store.ReadAsync(Keys.Customer("b")))!.Value.Payload);
        Assert.Equal(first.Version, (await Store.ReadAsync(Keys.Customer("a")))!.Value.Version);
        Assert.Equal(["counted c1", "counted c2", "sent c1 sms", "sent c2 sms", "timer nudge 1", "timer nudge 1"], await EffectsAsync());
    }

    [Fact]
    public async Task A_stale_write_that_counts_what_was_counted_is_told_that_it_is_stale()
    {
        var first = await WriteAsync(Write("a", 0, Effects("c1")));
        Assert.Equal(WriteOutcome.Stale(first.Version), await WriteAsync(Write("a", 0, Effects("c1"))));
    }

    [Fact]
    public async Task A_timer_is_set_anew_and_cancelled_with_the_state()
    {
        var first = await WriteAsync(Write("a", 0, Effects("c1")));
        var cancel = new CommitEffects();
        cancel.Change(new TimerChange("nudge", 2, null));
        cancel.Change(new TimerChange("other", 1, 1_700_000_900_000));
        Assert.False((await WriteAsync(Write("a", 0, cancel))).IsWritten);
        Assert.Contains("timer nudge 1", await EffectsAsync());
        Assert.True((await WriteAsync(Write("a", first.Version, cancel))).IsWritten);
        Assert.Equal(["counted c1", "sent c1 sms", "timer other 1"], await EffectsAsync());
    }

    [Fact]
    public async Task A_write_whose_effects_cannot_be_kept_is_not_kept()
    {
        var twice = Effects("c1");
        twice.Send(twice.Sent[0]);
        await Assert.ThrowsAnyAsync<Exception>(() => WriteAsync(Write("a", 0, twice)));
        Assert.Null(await Store.ReadAsync(Keys.Customer("a")));
        Assert.Empty(await EffectsAsync());
    }

    [Fact]
    public async Task A_contact_that_is_withdrawn_leaves_the_outbox_with_the_state_and_is_counted_once()
    {
        var first = await WriteAsync(Write("a", 0, Effects("c1")));
        var withdraw = new CommitEffects();
        withdraw.Withdraw("c1", day: 20_000);
        Assert.False((await WriteAsync(Write("a", 0, withdraw))).IsWritten);
        Assert.Contains("sent c1 sms", await EffectsAsync());

        var write = Write("a", first.Version, withdraw);
        Assert.True((await WriteAsync(write)).IsWritten);
        Assert.Equal(["counted c1", "ended sms 20000 4 x1", "timer nudge 1"], await EffectsAsync());
        await WriteAsync(write);
        await WriteAsync(Write("a", first.Version + 1, withdraw));
        Assert.Equal(["counted c1", "ended sms 20000 4 x1", "timer nudge 1"], await EffectsAsync());
    }

    [Fact]
    public async Task A_customer_withdraws_no_contact_of_another()
    {
        await WriteAsync(Write("a", 0, Effects("c1")));
        var withdraw = new CommitEffects();
        withdraw.Withdraw("c1");
        Assert.True((await WriteAsync(Write("b", 0, withdraw))).IsWritten);
        Assert.Contains("sent c1 sms", await EffectsAsync());
    }

    [Fact]
    public async Task A_contact_that_is_given_up_becomes_a_dead_letter_with_the_state()
    {
        var first = await WriteAsync(Write("a", 0, Effects("c1")));
        var end = new CommitEffects();
        end.End(new("c1", DeliveryOutcome.GivenUp, 20_000, "no such number"));
        end.RecordReceipt(new("", "sms", DeliveryOutcome.Delivered, 20_001));
        end.RecordReceipt(new("", "sms", DeliveryOutcome.Delivered, 20_001));
        await WriteAsync(Write("a", first.Version, end));
        Assert.Equal(
            ["counted c1", "dead c1 no such number", "ended sms 20000 3 x1", "ended sms 20001 5 x2", "timer nudge 1"],
            await EffectsAsync());
    }
}
