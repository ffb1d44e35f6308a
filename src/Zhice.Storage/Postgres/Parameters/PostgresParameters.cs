using Npgsql;
using NpgsqlTypes;

namespace Zhice.Storage.Postgres.Parameters;

/// <summary>Values as parameters of statements.</summary>
internal static class PostgresParameters
{
    public static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    public static NpgsqlParameter<DateTimeOffset> Instant(long atMs) =>
        new() { TypedValue = DateTimeOffset.FromUnixTimeMilliseconds(atMs), NpgsqlDbType = NpgsqlDbType.TimestampTz };

    /// <summary>An array as a parameter.</summary>
    public static NpgsqlParameter Column<T>(NpgsqlDbType type, T[] values) =>
        new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    /// <summary>Instants, unix milliseconds, as a parameter.</summary>
    public static NpgsqlParameter Instants(IEnumerable<long> atMs) =>
        Column<DateTimeOffset>(NpgsqlDbType.TimestampTz, [.. atMs.Select(DateTimeOffset.FromUnixTimeMilliseconds)]);
}
