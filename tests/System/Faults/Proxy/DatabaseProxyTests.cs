using System.Diagnostics;
using Npgsql;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults.Proxy;

/// <summary>The proxy does to a real server's connections what it says.</summary>
public sealed class DatabaseProxyTests : IAsyncLifetime
{
    private string _direct = "";
    private DatabaseProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _direct = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _proxy = DatabaseProxy.Start(new NpgsqlConnectionStringBuilder(_direct).Port);
        await PostgresServer.ExecuteAsync(_direct, "CREATE TABLE written (id int PRIMARY KEY)");
    }

    public async ValueTask DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task What_passes_is_late_by_both_delays()
    {
        await using var connection = await OpenAsync();
        (_proxy.DelayToServer, _proxy.DelayToClient) = (TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();
        Assert.Equal(1, await new NpgsqlCommand("SELECT 1", connection).ExecuteScalarAsync());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.49, 5);
    }

    [Theory]
    [InlineData(CommitCut.Before, 0)]
    [InlineData(CommitCut.After, 1)]
    public async Task A_cut_at_a_commit_is_an_error_on_either_side_of_it(CommitCut cut, long kept)
    {
        await using (var connection = await OpenAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await new NpgsqlCommand("INSERT INTO written VALUES (1)", connection, transaction).ExecuteNonQueryAsync();
            _proxy.CutCommits(1, cut, "written");
            await Assert.ThrowsAnyAsync<Exception>(() => transaction.CommitAsync());
        }

        // Once the server has heard of the end: it lets go of its lock on the row.
        await PostgresServer.ExecuteAsync(_direct, "BEGIN; LOCK TABLE written IN EXCLUSIVE MODE; COMMIT");
        Assert.Equal(kept, await CountAsync());
        Assert.Equal(1, _proxy.CommitsCut);
    }

    [Fact]
    public async Task A_commit_without_a_transaction_is_cut_too()
    {
        await using var connection = await OpenAsync();
        _proxy.CutCommits(1, CommitCut.After, "written");
        await Assert.ThrowsAnyAsync<Exception>(() =>
            new NpgsqlCommand("INSERT INTO written VALUES (1)", connection).ExecuteNonQueryAsync());
        await PostgresServer.ExecuteAsync(_direct, "BEGIN; LOCK TABLE written IN EXCLUSIVE MODE; COMMIT");
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Behind_a_black_hole_nobody_answers_until_it_is_open_again()
    {
        await using var connection = await OpenAsync();
        _proxy.Blackhole();
        var old = new NpgsqlCommand("SELECT 1", connection).ExecuteScalarAsync();
        var fresh = OpenAsync();
        await Task.WhenAny(old, fresh, Task.Delay(300));
        Assert.False(old.IsCompleted || fresh.IsCompleted);

        _proxy.Reopen();
        Assert.Equal(1, await old);
        await (await fresh).DisposeAsync();
    }

    [Fact]
    public async Task Connections_are_cut_and_led_to_another_server()
    {
        await using var connection = await OpenAsync();
        _proxy.SwitchTo(SiloProcess.FreePorts(1)[0]);
        await Assert.ThrowsAnyAsync<Exception>(() => new NpgsqlCommand("SELECT 1", connection).ExecuteScalarAsync());
        await Assert.ThrowsAnyAsync<Exception>(OpenAsync);

        _proxy.SwitchTo(new NpgsqlConnectionStringBuilder(_direct).Port);
        await using var again = await OpenAsync();
        Assert.Equal(1, await new NpgsqlCommand("SELECT 1", again).ExecuteScalarAsync());
    }

    private async Task<long> CountAsync()
    {
        await using var connection = new NpgsqlConnection(_direct);
        await connection.OpenAsync();
        return (long)(await new NpgsqlCommand("SELECT count(*) FROM written", connection).ExecuteScalarAsync())!;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_direct) { Port = _proxy.Port, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
