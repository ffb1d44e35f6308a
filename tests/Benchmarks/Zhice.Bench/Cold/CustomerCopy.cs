using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Orleans.Serialization;
using Zhice.Bench.Customers;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Postgres;

namespace Zhice.Bench.Cold;

/// <summary>Fills a store with model customers, as if they had been there for long.</summary>
internal static class CustomerCopy
{
    private const int Models = 1_024;

    public static async Task FillAsync(PostgresStore store, int customers)
    {
        var payloads = await PayloadsAsync();
        await using var connection = new NpgsqlConnection(store.SchemaConnectionString);
        await connection.OpenAsync();
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload) FROM STDIN (FORMAT binary)"))
        {
            for (var number = 0; number < customers; number++)
            {
                var key = Encoding.UTF8.GetBytes(ModelCustomer.IdOf(number));
                await copy.StartRowAsync();
                await copy.WriteAsync("customer", NpgsqlDbType.Text);
                await copy.WriteAsync((short)CustomerBucket.ForId(key), NpgsqlDbType.Smallint);
                await copy.WriteAsync(key, NpgsqlDbType.Bytea);
                await copy.WriteAsync("state", NpgsqlDbType.Text);
                await copy.WriteAsync(41L, NpgsqlDbType.Bigint);
                await copy.WriteAsync(Guid.NewGuid(), NpgsqlDbType.Uuid);
                await copy.WriteAsync(payloads[number % Models], NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
        }

        await using var vacuum = new NpgsqlCommand("VACUUM ANALYZE grain_state", connection) { CommandTimeout = 0 };
        await vacuum.ExecuteNonQueryAsync();
    }

    private static async Task<byte[][]> PayloadsAsync()
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<CustomerState>>();
        return [.. Enumerable.Range(0, Models).Select(seed => serializer.SerializeToArray(ModelCustomer.Create(seed, nowMs)))];
    }
}
