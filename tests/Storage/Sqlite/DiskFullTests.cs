using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Storage.Sqlite;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Sqlite;

public sealed class DiskFullTests
{
    [FactIfMountingIsAllowed]
    public async Task A_full_disk_refuses_writes_keeps_what_was_acknowledged_and_heals_when_it_has_room()
    {
        using var folder = new TempFolder();
        using var disk = SizedDisk.Mount(folder.Path, "2m");
        var acknowledged = new List<StateKey>();
        StateKey refused;
        await using (var store = SqliteBackend.Open(folder.Path, NullLogger.Instance))
        {
            refused = await FillAsync(store, acknowledged);
            Assert.NotEmpty(acknowledged);

            foreach (var key in acknowledged)
            {
                Assert.NotNull(await store.ReadAsync(key));
            }

            Assert.Null(await store.ReadAsync(refused));

            disk.Remount("size=8m");
            Assert.True((await store.WriteAsync([StateWrite.Create(refused, 0, new byte[10_000])]))[0].IsWritten);
            acknowledged.Add(refused);
        }

        await using (var again = SqliteBackend.Open(folder.Path, NullLogger.Instance))
        {
            Assert.Equal(acknowledged.Count, await again.CountAsync("customer"));
        }
    }

    [FactIfMountingIsAllowed]
    public async Task A_disk_too_small_for_a_new_store_says_so()
    {
        using var folder = new TempFolder();
        using var disk = SizedDisk.Mount(folder.Path, "16k");
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            await using var store = SqliteBackend.Open(folder.Path, NullLogger.Instance);
        });
        Assert.Contains(folder.Database, fault.Message, StringComparison.Ordinal);
    }

    [FactIfMountingIsAllowed]
    public async Task A_disk_that_turned_read_only_refuses_writes_and_heals_when_it_may_be_written()
    {
        using var folder = new TempFolder();
        using var disk = SizedDisk.Mount(folder.Path, "4m");
        await using (SqliteBackend.Open(folder.Path, NullLogger.Instance))
        {
            // Made, and closed again: a file system with files open for writing cannot turn read-only.
        }

        disk.Remount("ro");
        Assert.Throws<StoreUnavailableException>(() => SqliteBackend.Open(folder.Path, NullLogger.Instance));
        disk.Remount("rw");
        await using var store = SqliteBackend.Open(folder.Path, NullLogger.Instance);
        Assert.True((await store.WriteAsync([StateWrite.Create(Keys.Customer("a"), 0, [1])]))[0].IsWritten);
    }

    private static async Task<StateKey> FillAsync(SqliteBackend store, List<StateKey> acknowledged)
    {
        for (var i = 0; i < 10_000; i++)
        {
            var key = Keys.Customer(i.ToString());
            try
            {
                Assert.True((await store.WriteAsync([StateWrite.Create(key, 0, new byte[10_000])]))[0].IsWritten);
                acknowledged.Add(key);
            }
            catch (StoreUnavailableException fault)
            {
                Assert.Contains("full", fault.Message, StringComparison.Ordinal);
                return key;
            }
        }

        throw new InvalidOperationException("The disk never became full.");
    }
}
