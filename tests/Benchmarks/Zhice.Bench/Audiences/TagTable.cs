using Npgsql;
using NpgsqlTypes;
using Zhice.Bench.Customers;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Tags;
using Zhice.Postgres;

namespace Zhice.Bench.Audiences;

/// <summary>The same customers as a table of SQL: a typed column for each written tag, and an index on each that is asked for.</summary>
internal sealed class TagTable : IAsyncDisposable
{
    private const int Models = 1_024;

    private readonly NpgsqlConnection _connection;

    private TagTable(NpgsqlConnection connection) => _connection = connection;

    // The first tags of the sample catalogue that have the types of the model's values.
    private static readonly TagDefinition[] Tags =
        [.. Enumerable.Range(1, ModelCustomer.TagCount).Select(
            static number => SixtyTags.Catalog.Tag((ushort)number)).OfType<TagDefinition>().Where(static tag => tag.Live is null)];

    private static readonly TagDefinition[] Asked = [.. Tags.Where(static tag => tag.Type is TagType.Integer or TagType.Decimal).Take(5)];

    /// <summary>The question: 5 comparisons.</summary>
    public static string Expression =>
        string.Join(
            " && ", Asked.Select(static (tag, i) => i % 2 == 0 ? $"tags.{tag.Id} >= {Bound(tag, 2)}" : $"tags.{tag.Id} < {Bound(tag, 8)}"));

    private static string Sql => "SELECT count(*) FROM customer_tag WHERE " + string.Join(
        " AND ", Asked.Select(static (tag, i) => i % 2 == 0 ? $"t{tag.Number} >= {Bound(tag, 2)}" : $"t{tag.Number} < {Bound(tag, 8)}"));

    public static async Task<TagTable> FillAsync(PostgresStore store, int customers)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var models = Enumerable.Range(0, Models).Select(seed => ModelCustomer.Create(seed, nowMs)).ToArray();
        var connection = new NpgsqlConnection(store.SchemaConnectionString);
        await connection.OpenAsync();
        await RunAsync($"CREATE TABLE customer_tag (customer_id text PRIMARY KEY, {string.Join(", ", Tags.Select(static tag => $"t{tag.Number} {TypeOf(tag)} NULL"))})");
        await using (var copy = await connection.BeginBinaryImportAsync("COPY customer_tag FROM STDIN (FORMAT binary)"))
        {
            for (var number = 0; number < customers; number++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(ModelCustomer.IdOf(number), NpgsqlDbType.Text);
                foreach (var tag in Tags)
                {
                    await WriteAsync(copy, models[number % Models].Tags, tag, nowMs);
                }
            }

            await copy.CompleteAsync();
        }

        foreach (var tag in Asked)
        {
            await RunAsync($"CREATE INDEX ON customer_tag (t{tag.Number})");
        }

        await RunAsync("VACUUM ANALYZE customer_tag");
        return new(connection);

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    public async Task<long> CountAsync()
    {
        await using var command = new NpgsqlCommand(Sql, _connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    // Tenths of the model's values: integers up to 1,000, decimals up to 1,000,000.
    private static string Bound(TagDefinition tag, int tenths) => tag.Type == TagType.Integer ? $"{tenths * 100}" : $"{tenths * 100_000}.0";

    private static string TypeOf(TagDefinition tag) => tag.Type switch
    {
        TagType.Bool => "boolean",
        TagType.Decimal => "numeric(19, 4)",
        TagType.Time => "timestamptz",
        TagType.String => "text",
        _ => "bigint",
    };

    private static async Task WriteAsync(NpgsqlBinaryImporter copy, TagSet tags, TagDefinition tag, long nowMs)
    {
        if (tag.Type == TagType.String ? !tags.TryGetText(tag.Number, nowMs, out var text) : (text = "") is null)
        {
            await copy.WriteNullAsync();
            return;
        }

        if (tag.Type == TagType.String)
        {
            await copy.WriteAsync(text, NpgsqlDbType.Text);
            return;
        }

        if (!tags.TryGet(tag.Number, nowMs, out var bits))
        {
            await copy.WriteNullAsync();
            return;
        }

        await (tag.Type switch
        {
            TagType.Bool => copy.WriteAsync(bits != 0, NpgsqlDbType.Boolean),
            TagType.Decimal => copy.WriteAsync(bits / 10_000m, NpgsqlDbType.Numeric),
            TagType.Time => copy.WriteAsync(DateTimeOffset.FromUnixTimeMilliseconds(bits).UtcDateTime, NpgsqlDbType.TimestampTz),
            _ => copy.WriteAsync(bits, NpgsqlDbType.Bigint),
        });
    }
}
