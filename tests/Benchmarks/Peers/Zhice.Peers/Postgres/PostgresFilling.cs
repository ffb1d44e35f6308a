using Npgsql;
using NpgsqlTypes;
using Zhice.Case;

namespace Zhice.Peers.Postgres;

/// <summary>Writes the active customers into PostgreSQL. The others are left away, which does the peer no harm.</summary>
internal static class PostgresFilling
{
    public static async Task RunAsync(IConfiguration settings)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var connection = new NpgsqlConnection(settings["Postgres"]);
        await connection.OpenAsync();
        await using (var schema = new NpgsqlCommand(PostgresRow.Schema, connection))
        {
            await schema.ExecuteNonQueryAsync();
        }

        await using (var copy = await connection.BeginBinaryImportAsync(PostgresRow.Copy))
        {
            foreach (var number in ActiveCustomers.Pick(settings.GetValue<int>("Active"), settings.GetValue<int>("Of")))
            {
                await WriteAsync(copy, number, CaseCustomer.Create(number, nowMs));
            }

            await copy.CompleteAsync();
        }

        await using var vacuum = new NpgsqlCommand("VACUUM ANALYZE customer", connection) { CommandTimeout = 0 };
        await vacuum.ExecuteNonQueryAsync();
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, int number, CaseCustomer customer)
    {
        await copy.StartRowAsync();
        await copy.WriteAsync(CaseCustomer.IdOf(number), NpgsqlDbType.Text);
        for (var place = 0; place < CaseTags.Count; place++)
        {
            if (place == CaseTags.City)
            {
                await copy.WriteAsync(customer.City, NpgsqlDbType.Text);
            }
            else
            {
                await copy.WriteAsync(customer.Values[place], NpgsqlDbType.Bigint);
            }
        }

        await copy.WriteAsync(PostgresRow.CountersOf(customer), NpgsqlDbType.Array | NpgsqlDbType.Integer);
        await copy.WriteAsync(customer.ContactedAction, NpgsqlDbType.Integer);
    }
}
