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
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var payloads = await PackAsync(Enumerable.Range(0, Models).Select(seed => ModelCustomer.Create(seed, nowMs)));
        await FillAsync(store, Enumerable.Range(0, customers).Select(number => (ModelCustomer.IdOf(number), payloads[number % Models])));
    }

    /// <summary>Fills a store with customers of which each has a state of its own.</summary>
    public static async Task FillAsync(PostgresStore store, IEnumerable<(string Id, CustomerState State)> customers)
    {
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<CustomerState>>();
        await FillAsync(store, customers.Select(customer => (customer.Id, serializer.SerializeToArray(customer.State))));
    }

    private static async Task FillAsync(PostgresStore store, IEnumerable<(string Id, byte[] Payload)> customers)
    {
        await using var connection = new NpgsqlConnection(store.SchemaConnectionString);
        await connection.OpenAsync();
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload) FROM STDIN (FORMAT binary)"))
        {
            foreach (var (id, payload) in customers)
            {
                var key = Encoding.UTF8.GetBytes(id);
                await copy.StartRowAsync();
                await copy.WriteAsync("customer", NpgsqlDbType.Text);
                await copy.WriteAsync((short)CustomerBucket.ForId(key), NpgsqlDbType.Smallint);
                await copy.WriteAsync(key, NpgsqlDbType.Bytea);
                await copy.WriteAsync("state", NpgsqlDbType.Text);
                await copy.WriteAsync(41L, NpgsqlDbType.Bigint);
                await copy.WriteAsync(Guid.NewGuid(), NpgsqlDbType.Uuid);
                await copy.WriteAsync(payload, NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
        }

        await using var vacuum = new NpgsqlCommand("VACUUM ANALYZE grain_state", connection) { CommandTimeout = 0 };
        await vacuum.ExecuteNonQueryAsync();
    }

    private static async Task<byte[][]> PackAsync(IEnumerable<CustomerState> states)
    {
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<CustomerState>>();
        return [.. states.Select(state => serializer.SerializeToArray(state))];
    }
}
