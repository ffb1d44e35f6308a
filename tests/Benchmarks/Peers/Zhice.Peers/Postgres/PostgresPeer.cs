using Npgsql;
using Zhice.Case;
using Zhice.V1;

namespace Zhice.Peers.Postgres;

/// <summary>Reads a customer's row from PostgreSQL by a prepared function, for each decision.</summary>
internal sealed class PostgresPeer(IConfiguration settings) : IPeer, IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings["Postgres"])
    {
        MaxPoolSize = settings.GetValue("Connections", 8), MaxAutoPrepare = 4, AutoPrepareMinUsages = 1,
        Multiplexing = settings.GetValue("Multiplexing", false), NoResetOnClose = true, Enlist = false,
    });

    private readonly CaseDecider _decider = new();

    public async ValueTask<RecommendResponse> RecommendAsync(RecommendRequest request)
    {
        var customer = new CaseCustomer();
        await using (var command = _source.CreateCommand("SELECT * FROM read_customer($1)"))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.CustomerId });
            await using var row = await command.ExecuteReaderAsync();
            if (await row.ReadAsync())
            {
                PostgresRow.Read(row, customer);
            }
        }

        return _decider.Decide(request.CustomerId, customer.ToState(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
