using Xunit;
using Zhice.Storage.Backends;

namespace Zhice.Storage.Tests.Evaluations;

/// <summary>What each back end does with evaluations in campaigns.</summary>
public sealed class EvaluationStoreTests
{
    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Pages_come_in_order_from_any_place_and_a_page_that_is_written_again_is_replaced(Backend backend)
    {
        using var folder = new TempFolder();
        await using var store = await backend.OpenAsync(folder);
        foreach (var (shard, page) in new[] { (7, 1L), (1023, 0L), (7, 0L), (0, 0L), (1024, 1L << 61) })
        {
            await store.Evaluations.WriteAsync(new("summer", 2, (short)shard, page, [1]));
        }

        await store.Evaluations.WriteAsync(new("summer", 2, 7, 0, [2, 3]));
        await store.Evaluations.WriteAsync(new("summer", 3, 7, 0, [4]));

        Assert.Equal(["0/0 1", "7/0 2", "7/1 1", "1023/0 1", $"1024/{1L << 61} 1"], await ListAsync(store, 0, 0, 1024));
        Assert.Equal(["7/1 1", "1023/0 1"], await ListAsync(store, 7, 1, 1023));
        Assert.Equal(["7/0 2", "7/1 1"], await ListAsync(store, 7, 0, 7));
        Assert.Equal(["0/0 1"], await ListAsync(store, 0, 0, 1024, limit: 1));
    }

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task A_page_that_somebody_else_has_written_stays_and_is_told(Backend backend)
    {
        using var folder = new TempFolder();
        await using var store = await backend.OpenAsync(folder);

        Assert.Null(await store.Evaluations.ReplaceAsync(new("summer", 2, 7, 0, [1]), null));
        Assert.Equal([1], await store.Evaluations.ReplaceAsync(new("summer", 2, 7, 0, [2]), null));
        Assert.Null(await store.Evaluations.ReplaceAsync(new("summer", 2, 7, 0, [3]), [1]));
        Assert.Equal([3], await store.Evaluations.ReplaceAsync(new("summer", 2, 7, 0, [4]), [1]));
        Assert.Equal(["7/0 3"], await ListAsync(store, 0, 0, 1024));
    }

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Runs_and_pages_that_are_forgotten_are_gone_and_no_others(Backend backend)
    {
        using var folder = new TempFolder();
        await using var store = await backend.OpenAsync(folder);
        foreach (var (campaign, run, page) in new[] { ("summer", 1L, 0L), ("summer", 2L, 0L), ("summer", 2L, 5L), ("winter", 1L, 0L) })
        {
            await store.Evaluations.WriteAsync(new(campaign, run, 7, page, [1]));
        }

        await store.Evaluations.ForgetRunsAsync("summer", 1);
        await store.Evaluations.ForgetPagesAsync("summer", 2, 7, 5);

        Assert.Empty(await store.Evaluations.ListAsync("summer", 1, 0, 0, 1024, 9));
        Assert.Equal(["7/0 1"], await ListAsync(store, 0, 0, 1024));
        Assert.Single(await store.Evaluations.ListAsync("winter", 1, 0, 0, 1024, 9));
    }

    private static async Task<IEnumerable<string>> ListAsync(IBackend store, short shard, long page, short lastShard, int limit = 9) =>
        (await store.Evaluations.ListAsync("summer", 2, shard, page, lastShard, limit))
            .Select(static row => $"{row.Shard}/{row.Page} {row.Evaluations[0]}");
}
