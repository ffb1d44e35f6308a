using Npgsql;
using Zhice.Bench.Running;

namespace Zhice.Bench.Postgres;

/// <summary>
/// Rows of a kilobyte, each committed on its own, with nothing above the database: what the machine gives just now, beside
/// what was measured on it.
/// </summary>
internal sealed class BareCommits : IAsyncDisposable
{
    private const int Rows = 20_000;
    private const int Connections = 16;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    private readonly NpgsqlDataSource _source;
    private readonly byte[] _payload = new byte[1_000];

    private BareCommits(NpgsqlDataSource source) => _source = source;

    public static async Task<BareCommits> CreateAsync(string connection)
    {
        var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = Connections, MaxAutoPrepare = 2 });
        await using var create = source.CreateCommand(
            $"CREATE TABLE bare (id int PRIMARY KEY, payload bytea NOT NULL); INSERT INTO bare SELECT n, '' FROM generate_series(0, {Rows - 1}) AS n");
        await create.ExecuteNonQueryAsync();
        return new(source);
    }

    /// <summary>Commits at a rate for a while.</summary>
    public Task<Latencies> RunAsync(double perSecond) => OpenLoop.RunAsync(perSecond, Length, async n =>
    {
        await using var update = _source.CreateCommand("UPDATE bare SET payload = $1 WHERE id = $2");
        update.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = _payload });
        update.Parameters.Add(new NpgsqlParameter<int> { TypedValue = n % Rows });
        await update.ExecuteNonQueryAsync();
    });

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
