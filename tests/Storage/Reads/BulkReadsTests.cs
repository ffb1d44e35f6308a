using System.Collections.Concurrent;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Storage.Reads;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Reads;

public sealed class BulkReadsTests
{
    private readonly ConcurrentQueue<StateKey[]> _queries = [];
    private readonly SemaphoreSlim _entered = new(0);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _fault;

    [Fact]
    public async Task Reads_that_arrive_during_a_query_leave_together_in_the_next_with_keys_sorted()
    {
        await using var reads = new BulkReads(ReadAsync, 1, 100);
        var found = await HeldUpAsync(reads, 50);
        _gate.SetResult();
        for (var i = 0; i < found.Length; i++)
        {
            Assert.Equal("k" + i, (await found[i]).Text());
        }

        var query = Assert.Single(_queries.Skip(1));
        Assert.Equal(50, query.Length);
        Assert.Equal(query.Order(), query);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        await using var reads = new BulkReads(ReadAsync, 1, 5);
        var found = await HeldUpAsync(reads, 4);
        var refused = reads.ReadAsync(Keys.Customer("one too many"));
        Assert.True(refused.IsCompleted);
        var fault = await Assert.ThrowsAsync<StoreOverloadedException>(() => refused);
        Assert.Contains("5 reads wait", fault.Message, StringComparison.Ordinal);
        _gate.SetResult();
        await Task.WhenAll(found);
        Assert.NotNull(await reads.ReadAsync(Keys.Customer("one too many")));
    }

    [Fact]
    public async Task A_query_that_fails_fails_its_callers_and_no_other()
    {
        await using var reads = new BulkReads(ReadAsync, 1, 100);
        _fault = new StoreUnavailableException("away");
        var found = await HeldUpAsync(reads, 3);
        _gate.SetResult();
        foreach (var read in found)
        {
            Assert.Equal("away", (await Assert.ThrowsAsync<StoreUnavailableException>(() => read)).Message);
        }

        _fault = null;
        Assert.NotNull(await reads.ReadAsync(Keys.Customer("later")));
    }

    [Fact]
    public async Task Closing_answers_what_waits_and_takes_no_more()
    {
        var reads = new BulkReads(ReadAsync, 2, 100);
        var found = await HeldUpAsync(reads, 5);
        var closing = reads.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => reads.ReadAsync(Keys.Customer("late")));
        _gate.SetResult();
        Assert.All(await Task.WhenAll(found), static state => Assert.NotNull(state));
        await closing;
    }

    private async Task<StoredState?[]> ReadAsync(StateKey[] keys)
    {
        _queries.Enqueue(keys);
        _entered.Release();
        await _gate.Task;
        return _fault is null ? [.. keys.Select(static key => (StoredState?)new StoredState(1, key.Key))] : throw _fault;
    }

    // Keeps a reader busy with a first read while the others arrive.
    private async Task<Task<StoredState?>[]> HeldUpAsync(BulkReads reads, int count)
    {
        _ = reads.ReadAsync(Keys.Customer("first")).ContinueWith(static read => _ = read.Exception, TaskScheduler.Default);
        await _entered.WaitAsync();
        return [.. Enumerable.Range(0, count).Select(i => reads.ReadAsync(Keys.Customer("k" + i)))];
    }
}
