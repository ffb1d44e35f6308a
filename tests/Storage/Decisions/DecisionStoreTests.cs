using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Decisions;
using Zhice.Storage.Postgres;
using Zhice.Storage.Tests.Postgres;

namespace Zhice.Storage.Tests.Decisions;

/// <summary>What each back end does with decisions.</summary>
public sealed class DecisionStoreTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Decisions_come_back_by_customer_and_id_and_appending_them_again_changes_nothing(Backend backend)
    {
        await using var opened = await OpenAsync(backend);
        DecisionRow[] batch = [Row("020235", Today, 1), Row("客户+/", Today, 2), Row("020235", Today.AddDays(1), 3)];

        await opened.Store.Decisions.AppendAsync(batch);
        await opened.Store.Decisions.AppendAsync(batch);

        foreach (var row in batch)
        {
            Assert.Equal(row.Record, await FindAsync(opened.Store, row with { Record = [] }));
        }

        Assert.Null(await FindAsync(opened.Store, batch[0] with { CustomerId = "20235" }));
        Assert.Null(await FindAsync(opened.Store, Row("020235", Today.AddDays(-9), 4)));
    }

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task A_day_that_is_forgotten_is_gone_and_can_be_written_again(Backend backend)
    {
        await using var opened = await OpenAsync(backend);
        var (old, young) = (Row("a", Today.AddDays(-1), 1), Row("a", Today, 2));
        await opened.Store.Decisions.AppendAsync([old, young]);

        await opened.Store.Decisions.ForgetBeforeAsync(Today);

        Assert.Null(await FindAsync(opened.Store, old));
        Assert.NotNull(await FindAsync(opened.Store, young));
        await opened.Store.Decisions.AppendAsync([old]);
        Assert.NotNull(await FindAsync(opened.Store, old));
    }

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Decisions_are_listed_from_an_instant_on_in_the_order_of_their_instants(Backend backend)
    {
        await using var opened = await OpenAsync(backend);
        var midnight = new DateTimeOffset(Today.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        DecisionRow[] rows =
        [
            .. Enumerable.Range(0, 10).Select(i => new DecisionRow(
                DecisionId.Create(midnight.AddHours(i).ToUnixTimeMilliseconds(), 1, $"c{i}"), $"c{i}", [(byte)i])),
        ];
        await opened.Store.Decisions.AppendAsync([.. rows.Reverse(), Row("a", Today.AddDays(1), 99)]);

        Assert.Equal<IEnumerable<int>>([2, 3, 4], await ListAsync(2, 5, 9));
        Assert.Equal<IEnumerable<int>>([2, 3], await ListAsync(2, 24, 2));
        Assert.Equal<IEnumerable<int>>([9], await ListAsync(9, 24, 9));
        Assert.Empty(await ListAsync(-24, 0, 9));
        var row = (await opened.Store.Decisions.ListAsync(midnight, midnight.AddHours(1), 1)).Single();
        Assert.Equal((rows[0].Id, "c0"), (row.Id, row.CustomerId));

        async Task<int[]> ListAsync(int from, int to, int limit) =>
            [.. (await opened.Store.Decisions.ListAsync(midnight.AddHours(from), midnight.AddHours(to), limit)).Select(static each => (int)each.Record[0])];
    }

    [Fact]
    public async Task A_day_that_another_silo_has_forgotten_is_made_again()
    {
        var place = await Databases.NewStoreAsync();
        await using var one = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await using var other = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await one.Decisions.AppendAsync([Row("a", Today, 1)]);
        await other.Decisions.ForgetBeforeAsync(Today.AddDays(1));

        var late = Row("a", Today, 2);
        await one.Decisions.AppendAsync([late]);

        Assert.NotNull(await FindAsync(other, late));
    }

    [Fact]
    public async Task Two_silos_that_begin_a_day_at_once_both_write_it()
    {
        var place = await Databases.NewStoreAsync();
        await using var one = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await using var other = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        for (var day = 0; day < 10; day++)
        {
            var (ofOne, ofOther) = (Row("a", Today.AddDays(day), 1), Row("b", Today.AddDays(day), 2));

            await Task.WhenAll(one.Decisions.AppendAsync([ofOne]), other.Decisions.AppendAsync([ofOther]));

            Assert.NotNull(await FindAsync(one, ofOther));
            Assert.NotNull(await FindAsync(other, ofOne));
        }
    }

    private static Task<byte[]?> FindAsync(IBackend store, DecisionRow row) => store.Decisions.FindAsync(row.Id, row.CustomerId);

    private static DecisionRow Row(string customerId, DateOnly day, byte record) => new(
        DecisionId.Create(new DateTimeOffset(day, new TimeOnly(13, 0), TimeSpan.Zero).ToUnixTimeMilliseconds(), 1, customerId), customerId,
        [record, 0, 255]);

    private static async Task<Opened> OpenAsync(Backend backend)
    {
        var folder = new TempFolder();
        return new(await backend.OpenAsync(folder), folder);
    }

    private sealed record Opened(IBackend Store, TempFolder Folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            Folder.Dispose();
        }
    }
}
