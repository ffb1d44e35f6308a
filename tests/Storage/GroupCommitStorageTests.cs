using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Xunit;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Tests;

public sealed class GroupCommitStorageTests : IAsyncLifetime
{
    private static readonly GrainId Grain = StorageHarness.Customer("020235");
    private readonly TempFolder _folder = new();
    private StorageHarness _harness = null!;

    public ValueTask InitializeAsync()
    {
        _harness = new StorageHarness(_folder.Path);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _harness.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_state_that_was_never_written_is_a_new_one_without_an_etag()
    {
        var state = new GrainState<Counter>(new Counter { Count = 9 }, "9") { RecordExists = true };
        await _harness.Storage.ReadStateAsync("state", Grain, state);
        Assert.Equal((0, "nobody", null, false), (state.State!.Count, state.State!.Name, state.ETag, state.RecordExists));
    }

    [Fact]
    public async Task A_written_state_comes_back_with_its_version_as_etag()
    {
        var state = await _harness.ReadAsync(Grain);
        state.State!.Count = 1;
        await _harness.WriteAsync(Grain, state);
        state.State!.Count = 2;
        await _harness.WriteAsync(Grain, state);
        Assert.Equal(("2", true), (state.ETag, state.RecordExists));

        var found = await _harness.ReadAsync(Grain);
        Assert.Equal((2, "2", true), (found.State!.Count, found.ETag, found.RecordExists));
        Assert.False((await _harness.ReadAsync(StorageHarness.Customer("20235"))).RecordExists);
    }

    [Fact]
    public async Task A_second_activation_with_an_older_version_is_refused_and_told_both_versions()
    {
        GrainState<Counter> one = await _harness.ReadAsync(Grain), other = await _harness.ReadAsync(Grain);
        await _harness.WriteAsync(Grain, one);
        var fault = await Assert.ThrowsAsync<InconsistentStateException>(() => _harness.WriteAsync(Grain, other));
        Assert.Equal(("1", null), (fault.StoredEtag, fault.CurrentEtag));
        Assert.Equal((null, false), (other.ETag, other.RecordExists));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _harness.ClearAsync(Grain, other));
    }

    [Fact]
    public async Task A_cleared_state_is_a_new_one_and_can_be_written_again()
    {
        var state = await _harness.ReadAsync(Grain);
        state.State!.Count = 5;
        await _harness.WriteAsync(Grain, state);
        await _harness.ClearAsync(Grain, state);
        Assert.Equal((0, null, false), (state.State!.Count, state.ETag, state.RecordExists));
        Assert.False((await _harness.ReadAsync(Grain)).RecordExists);

        await _harness.WriteAsync(Grain, state);
        Assert.Equal(("2", true), (state.ETag, state.RecordExists));
    }

    [Fact]
    public async Task A_state_is_written_as_it_was_at_the_call()
    {
        var state = await _harness.ReadAsync(Grain);
        state.State!.Count = 1;
        var writing = _harness.WriteAsync(Grain, state);
        state.State!.Count = 2;
        await writing;
        Assert.Equal(1, (await _harness.ReadAsync(Grain)).State!.Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("W/\"1\"")]
    public async Task An_etag_of_another_store_is_refused(string etag)
    {
        var state = new GrainState<Counter>(new Counter(), etag);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _harness.WriteAsync(Grain, state));
    }

    [Fact]
    public async Task A_failed_write_leaves_the_etag_as_it_was()
    {
        var state = await _harness.ReadAsync(Grain);
        await _harness.WriteAsync(Grain, state);
        File.Delete(_folder.Database);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _harness.WriteAsync(Grain, state));
        Assert.Equal("1", state.ETag);
    }

    [Fact]
    public async Task Grains_with_state_are_counted_by_type()
    {
        await _harness.WriteAsync(Grain, await _harness.ReadAsync(Grain));
        await _harness.WriteAsync(StorageHarness.Customer("20235"), new GrainState<Counter>(new Counter()));
        await _harness.WriteAsync(GrainId.Create("catalog", "it"), new GrainState<Counter>(new Counter()));
        Assert.Equal(2, await _harness.Storage.CountAsync("customer"));
    }

    [Fact]
    public async Task A_closed_storage_says_so()
    {
        await _harness.Storage.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _harness.ReadAsync(Grain));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _harness.WriteAsync(Grain, new GrainState<Counter>(new Counter())));
    }
}
