using System.IO.Hashing;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Npgsql;
using NpgsqlTypes;

namespace Zhice.SystemTests.Deliveries;

/// <summary>The outbox of a database, filled as customers' commits would, and looked into.</summary>
internal sealed class SentOutbox(string connection, string schema = "zhice")
{
    /// <summary>Sends contacts of customers: "k7-3" is the third of "k7".</summary>
    public async Task SendAsync(string channel, int customers, int each, string prefix = "k", TimeSpan? life = null)
    {
        await using var database = await OpenAsync();
        await using var copy = await database.BeginBinaryImportAsync(
            $"COPY {schema}.outbox (bucket, contact_id, customer_id, channel, campaign, available_at, next_at, expires_at, message) FROM STDIN (FORMAT binary)");
        var now = DateTimeOffset.UtcNow;
        for (var n = 1; n <= each; n++)
        {
            for (var customer = 0; customer < customers; customer++)
            {
                var contact = new OutboundContact { ContactId = $"{prefix}{customer}-{n}", CustomerId = $"{prefix}{customer}", ChannelId = channel, CampaignId = "spring", CreateTime = now.ToTimestamp() };
                var key = Encoding.UTF8.GetBytes(contact.CustomerId);
                await copy.StartRowAsync();
                await copy.WriteAsync((short)(XxHash3.HashToUInt64(key) % 1024), NpgsqlDbType.Smallint);
                await copy.WriteAsync(contact.ContactId, NpgsqlDbType.Text);
                await copy.WriteAsync(key, NpgsqlDbType.Bytea);
                await copy.WriteAsync(channel, NpgsqlDbType.Text);
                await copy.WriteAsync("spring", NpgsqlDbType.Text);
                await copy.WriteAsync(now, NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(now, NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(now + (life ?? TimeSpan.FromHours(1)), NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(contact.ToByteArray(), NpgsqlDbType.Bytea);
            }
        }

        await copy.CompleteAsync();
    }

    /// <summary>How many wait or are out.</summary>
    public async Task<long> CountAsync()
    {
        await using var database = await OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {schema}.outbox", database);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var database = new NpgsqlConnection(connection);
        await database.OpenAsync();
        return database;
    }
}
