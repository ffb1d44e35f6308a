using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Storage.Commits;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Commits;

public sealed class GroupCommitterTests
{
    private readonly ScriptedStore _store = new();

    [Fact]
    public async Task A_lone_write_leaves_at_once()
    {
        await using var committer = Committer();
        Assert.Equal(WriteOutcome.Written(1), await committer.WriteAsync(Write("a")));
        Assert.Single(_store.Batches);
    }

    [Fact]
    public async Task Writes_that_arrive_during_a_flush_leave_together_in_the_next_with_keys_sorted()
    {
        await using var committer = Committer();
        var writes = await HeldUpAsync(committer, Enumerable.Range(0, 50).Select(static i => Write("k" + i)));
        Assert.All(await ReleaseAsync(writes), static outcome => Assert.True(outcome.IsWritten));

        var batch = Assert.Single(_store.Batches.Skip(1));
        Assert.Equal(50, batch.Length);
        Assert.Equal(batch.Select(static write => write.Key).Order(), batch.Select(static write => write.Key));
    }

    [Fact]
    public async Task A_key_is_in_a_batch_once_and_its_writes_keep_their_order()
    {
        await using var committer = Committer();
        var writes = await HeldUpAsync(committer, [Write("a"), Write("a", 1), Write("b"), Write("a", 2), Write("b", 0)]);
        var outcomes = await ReleaseAsync(writes);

        Assert.Equal([true, true, true, true, false], outcomes.Select(static outcome => outcome.IsWritten));
        Assert.Equal([2, 2, 1], _store.Batches.Skip(1).Select(static batch => batch.Length));
        Assert.All(_store.Batches, static batch => Assert.Distinct(batch.Select(static write => write.Key)));
    }

    [Fact]
    public async Task A_stale_write_fails_alone()
    {
        await using var committer = Committer();
        var writes = await HeldUpAsync(committer, [Write("a"), Write("b", 9), Write("c")]);
        Assert.Equal([WriteOutcome.Written(1), WriteOutcome.Stale(0), WriteOutcome.Written(1)], await ReleaseAsync(writes));
    }

    [Theory]
    [InlineData(10, 1 << 20, 10)]
    [InlineData(512, 100, 1)]
    [InlineData(512, 250, 3)]
    public async Task A_batch_ends_at_its_limits(int batchWrites, int batchBytes, int largest)
    {
        await using var committer = Committer(new() { BatchWrites = batchWrites, BatchBytes = batchBytes });
        await ReleaseAsync(
            await HeldUpAsync(committer, Enumerable.Range(0, 30).Select(static i => Write("k" + i, payload: new byte[100]))));
        Assert.Equal(largest, _store.Batches.Max(static batch => batch.Length));
        Assert.Equal(1 + (30 / largest), _store.Batches.Count);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_takes_writes_again_when_it_has_room()
    {
        await using var committer = Committer(new() { QueueCapacity = 10 });
        var writes = await HeldUpAsync(committer, Enumerable.Range(0, 9).Select(static i => Write("k" + i)));

        var refused = committer.WriteAsync(Write("one too many"));
        Assert.True(refused.IsCompleted);
        var fault = await Assert.ThrowsAsync<StoreOverloadedException>(() => refused);
        Assert.Contains("10 writes wait", fault.Message, StringComparison.Ordinal);

        await ReleaseAsync(writes);
        Assert.True((await committer.WriteAsync(Write("one too many"))).IsWritten);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(51, 17)]
    [InlineData(512, 511)]
    public async Task A_poison_row_is_found_by_halving_and_the_others_of_its_batch_are_kept(int count, int poison)
    {
        _store.Before = batch => batch.Any(write => write.Key.Equals(Keys.Customer("k" + poison))) ? new FormatException("poison") : null;
        await using var committer = Committer();
        var writes = await HeldUpAsync(committer, Enumerable.Range(0, count).Select(static i => Write("k" + i)));
        _store.Release();

        for (var i = 0; i < count; i++)
        {
            if (i == poison)
            {
                var fault = await Assert.ThrowsAsync<StateRefusedException>(() => writes[i]);
                Assert.IsType<FormatException>(fault.InnerException);
            }
            else
            {
                Assert.True((await writes[i]).IsWritten);
            }
        }

        Assert.InRange(_store.Batches.Count, 1, 2 + (2 * (int)Math.Ceiling(Math.Log2(count))));
    }

    [Fact]
    public async Task Two_poison_rows_are_both_found()
    {
        _store.Before = static batch => batch.Any(static write => write.Payload!.Length == 13) ? new FormatException("poison") : null;
        await using var committer = Committer();
        var writes = await HeldUpAsync(
            committer, Enumerable.Range(0, 20).Select(static i => Write("k" + i, payload: new byte[i is 3 or 15 ? 13 : 1])));
        _store.Release();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(i is 3 or 15, await Record.ExceptionAsync(() => writes[i]) is StateRefusedException);
        }
    }

    [Fact]
    public async Task A_store_that_is_away_fails_every_write_of_the_batch_and_serves_again_when_it_is_back()
    {
        var away = new StoreUnavailableException("The disk is full.", new IOException());
        _store.Before = _ => away;
        await using var committer = Committer();
        var writes = await HeldUpAsync(committer, [Write("a"), Write("b")]);
        _store.Release();
        foreach (var write in writes)
        {
            var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
            Assert.Equal(away.Message, fault.Message);
            Assert.Same(away.InnerException, fault.InnerException);
        }

        _store.Before = static _ => null;
        Assert.True((await committer.WriteAsync(Write("a"))).IsWritten);
    }

    [Fact]
    public async Task An_unknown_outcome_that_was_kept_is_settled_by_its_write_id()
    {
        _store.After = Once(new OutcomeUnknownException("cut"));
        await using var committer = Committer();
        Assert.Equal(WriteOutcome.Written(1), await committer.WriteAsync(Write("a")));
        Assert.Equal(1, (await _store.ReadAsync(Keys.Customer("a")))!.Value.Version);
    }

    [Fact]
    public async Task An_unknown_outcome_that_was_not_kept_is_written_again()
    {
        _store.Before = Once(new OutcomeUnknownException("cut"));
        await using var committer = Committer();
        Assert.Equal(WriteOutcome.Written(1), await committer.WriteAsync(Write("a")));
    }

    [Fact]
    public async Task An_unknown_outcome_is_asked_for_through_an_outage_a_bounded_number_of_times()
    {
        var tries = 0;
        _store.Before = _ => ++tries == 1 ? new OutcomeUnknownException("cut") : new StoreUnavailableException("away");
        await using var committer = Committer(new() { SettleTries = 4 });
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => committer.WriteAsync(Write("a")));
        Assert.Contains("could not be found out in 4 tries", fault.Message, StringComparison.Ordinal);
        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task An_unknown_outcome_stays_unknown_when_its_batch_is_halved()
    {
        Queue<Exception?> after = new([null, new OutcomeUnknownException("cut")]);
        Queue<Exception?> before = new([null, null, new FormatException("poison, once"), new StoreUnavailableException("away")]);
        _store.After = _ => after.TryDequeue(out var fault) ? fault : null;
        _store.Before = _ => before.TryDequeue(out var fault) ? fault : null;
        await using var committer = Committer();
        var outcomes = await ReleaseAsync(await HeldUpAsync(committer, [Write("a"), Write("b")]));
        Assert.Equal([WriteOutcome.Written(1), WriteOutcome.Written(1)], outcomes);
    }

    [Fact]
    public async Task Tries_to_settle_are_a_pause_apart()
    {
        var time = new FakeTimeProvider();
        _store.After = Once(new OutcomeUnknownException("cut"));
        await using var committer = new GroupCommitter(
            _store, new() { SettlePause = TimeSpan.FromSeconds(7), SettleLimit = TimeSpan.FromMinutes(10) }, time, NullLogger.Instance);
        var write = committer.WriteAsync(Write("a"));
        await _store.EnteredAsync();
        while (!write.IsCompleted)
        {
            // In small steps: the committer may not have begun its pause yet, and must not run out of its limit before.
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        Assert.True((await write).IsWritten);
        Assert.Equal(2, _store.Batches.Count);
    }

    [Fact]
    public async Task Closing_answers_what_waits_and_takes_no_more()
    {
        var committer = Committer();
        var writes = await HeldUpAsync(committer, Enumerable.Range(0, 5).Select(static i => Write("k" + i)));
        var closing = committer.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => committer.WriteAsync(Write("late")));
        Assert.All(await ReleaseAsync(writes), static outcome => Assert.True(outcome.IsWritten));
        await closing;
    }

    [Fact]
    public async Task Several_flushers_share_the_keys()
    {
        await using var committer = Committer(new() { Flushers = 4 });
        _store.Hold();
        var writes = Enumerable.Range(0, 200).Select(i => committer.WriteAsync(Write("k" + i))).ToArray();
        for (var i = 0; i < 4; i++)
        {
            await _store.EnteredAsync();
        }

        Assert.All(await ReleaseAsync(writes), static outcome => Assert.True(outcome.IsWritten));
        Assert.Equal(4, _store.MaxAtOnce);
    }

    [Fact]
    public void A_setting_out_of_range_is_refused_with_a_sentence()
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => Committer(new() { Flushers = 5 }));
        Assert.Contains("GroupCommitOptions.Flushers is 5; it must be from 1 to 4.", fault.Message, StringComparison.Ordinal);
    }

    private static StateWrite Write(string id, long expected = 0, byte[]? payload = null) =>
        StateWrite.Create(Keys.Customer(id), expected, payload ?? [1]);

    private static Func<IReadOnlyList<StateWrite>, Exception?> Once(Exception fault)
    {
        var isFirst = true;
        return _ =>
        {
            var thrown = isFirst ? fault : null;
            isFirst = false;
            return thrown;
        };
    }

    private GroupCommitter Committer(GroupCommitOptions? options = null) => new(
        _store, (options ?? new()) with { SettlePause = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance);

    // Keeps the flusher busy with a first write while the others arrive.
    private async Task<Task<WriteOutcome>[]> HeldUpAsync(GroupCommitter committer, IEnumerable<StateWrite> writes)
    {
        _store.Hold();
        _ = committer.WriteAsync(Write("first"));
        await _store.EnteredAsync();
        return [.. writes.Select(committer.WriteAsync)];
    }

    private async Task<WriteOutcome[]> ReleaseAsync(Task<WriteOutcome>[] writes)
    {
        _store.Release();
        return await Task.WhenAll(writes);
    }
}
