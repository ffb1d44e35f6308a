using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Storage.Backends;
using Zhice.Storage.Sqlite;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;
using Zhice.Storage.Tests.States;

namespace Zhice.Storage.Tests.Sqlite;

public sealed class SqliteStateStoreTests : DurableStateStoreContract
{
    private readonly TempFolder _folder = new();

    private string Log => _folder.Database + "-wal";

    private protected override Task<IBackend> OpenAsync() =>
        Task.FromResult<IBackend>(SqliteBackend.Open(_folder.Path, NullLogger.Instance));

    private protected override Task<string[]> EffectsAsync()
    {
        using var connection = SqliteDatabase.Open(_folder.Database, onlyReads: true);
        using var command = connection.Prepared(
            """
            SELECT 'counted ' || contact_id FROM contact_ledger
            UNION ALL SELECT 'sent ' || contact_id || ' ' || channel FROM outbox
            UNION ALL SELECT 'ended ' || channel || ' ' || day || ' ' || outcome || ' x' || count FROM delivery_count
            UNION ALL SELECT 'dead ' || contact_id || ' ' || reason FROM dead_letter
            UNION ALL SELECT 'timer ' || step || ' ' || generation FROM customer_timer ORDER BY 1
            """);
        using var rows = command.ExecuteReader();
        var found = new List<string>();
        while (rows.Read())
        {
            found.Add(rows.GetString(0));
        }

        return Task.FromResult(found.ToArray());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_write_to_a_deleted_database_fails_and_is_never_acknowledged()
    {
        await PutAsync("a", 0, "one");
        File.Delete(_folder.Database);
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync("b", 0, "two"));
        Assert.Contains("zhice.db was deleted", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.ReadAsync(Keys.Customer("a")).AsTask());
    }

    [Fact]
    public async Task A_write_whose_log_was_deleted_fails()
    {
        await PutAsync("a", 0, "one");
        File.Delete(Log);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync("b", 0, "two"));
    }

    [Fact]
    public async Task A_replaced_database_is_not_written_and_the_first_one_works_when_it_is_back()
    {
        var written = await PutAsync("a", 0, "one");
        var away = _folder.Database + ".away";
        File.Move(_folder.Database, away);
        await File.WriteAllBytesAsync(_folder.Database, []);
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync("b", 0, "two"));
        Assert.Contains("was replaced", fault.Message, StringComparison.Ordinal);

        File.Move(away, _folder.Database, overwrite: true);
        Assert.True((await PutAsync("a", written.Version, "two")).IsWritten);
    }

    [Fact]
    public async Task A_deleted_folder_makes_writes_fail()
    {
        await PutAsync("a", 0, "one");
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            File.Delete(file);
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync("a", 1, "two"));
    }

    [Fact]
    public async Task The_log_stays_the_same_while_the_store_is_open()
    {
        var before = FileIdentity.Read(Log);
        for (var i = 0; i < 100; i++)
        {
            await WriteAsync(StateWrite.Create(Keys.Customer("big" + i), 0, new byte[1 << 20]));
        }

        Assert.Equal(before, FileIdentity.Read(Log));
        Assert.True(new FileInfo(Log).Length < 90 << 20, "the log was never checkpointed");
    }

    [Fact]
    public async Task A_state_too_large_for_SQLite_is_its_own_fault_and_not_the_stores()
    {
        var fault = await Record.ExceptionAsync(() => WriteAsync(StateWrite.Create(Keys.Customer("a"), 0, new byte[1_000_000_001])));
        Assert.NotNull(fault);
        Assert.IsNotType<StoreUnavailableException>(fault);
        Assert.True((await PutAsync("a", 0, "one")).IsWritten);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_as_it_is()
    {
        await PutAsync("a", 0, "one");
        await Store.DisposeAsync();
        using (var connection = SqliteDatabase.Open(_folder.Database))
        {
            connection.Run("PRAGMA journal_mode = DELETE");
            connection.Run("UPDATE schema_version SET version = 999");
        }

        var before = await File.ReadAllBytesAsync(_folder.Database);
        var fault = await Assert.ThrowsAsync<StoreUnfitException>(OpenAsync);
        Assert.Contains("schema version 999", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.Database));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_the_folder_let_go()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Database, string.Concat(Enumerable.Repeat("this is no database. ", 100)));
        var fault = Assert.Throws<StoreUnavailableException>(() => SqliteBackend.Open(folder.Path, NullLogger.Instance));
        Assert.Contains("damaged", fault.Message, StringComparison.Ordinal);
        DataFolderLock.Take(folder.Path).Dispose();
    }

    [Fact]
    public async Task A_database_that_another_program_holds_is_away_and_comes_back()
    {
        using (var other = SqliteDatabase.Open(_folder.Database))
        {
            other.Run("BEGIN IMMEDIATE");
            var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync("a", 0, "one"));
            Assert.Contains("locked", fault.Message, StringComparison.Ordinal);
            Assert.IsType<SqliteException>(fault.InnerException);
        }

        Assert.True((await PutAsync("a", 0, "one")).IsWritten);
    }

    [Fact]
    public void An_old_SQLite_library_is_refused()
    {
        Assert.Throws<StoreUnfitException>(() => SqliteDatabase.CheckLibrary(new Version(3, 50, 1)));
        Assert.Equal(new Version(3, 50, 2), SqliteDatabase.CheckLibrary(new Version(3, 50, 2)));
        SqliteDatabase.CheckLibrary();
    }
}
