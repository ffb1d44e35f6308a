using Npgsql;
using NpgsqlTypes;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Parameters;

/// <summary>The keys of many states as the first four parameters of a statement, one array for each column.</summary>
internal static class KeyParameters
{
    /// <summary>Says that the row s is the one of the write n.</summary>
    public const string SameKey =
        "s.grain_type = n.grain_type AND s.bucket = n.bucket AND s.grain_key = n.grain_key AND s.state_name = n.state_name";

    /// <summary>The columns of <see cref="AddKeys"/>, to be followed by more and a bracket.</summary>
    public const string KeyColumns = "unnest($1::text[], $2::smallint[], $3::bytea[], $4::text[]";

    /// <summary>A statement whose parameters are the writes' keys, then their ids, and more.</summary>
    public static NpgsqlBatchCommand Statement(string text, StateWrite[] writes, params ReadOnlySpan<NpgsqlParameter> more)
    {
        var command = new NpgsqlBatchCommand(text);
        command.AddKeys(Array.ConvertAll(writes, static write => write.Key));
        command.Parameters.Add(Column(NpgsqlDbType.Uuid, Array.ConvertAll(writes, static write => write.WriteId)));
        foreach (var parameter in more)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Adds the first four parameters of a statement: types, buckets, keys, names.</summary>
    public static void AddKeys(this NpgsqlBatchCommand command, StateKey[] keys)
    {
        command.Parameters.Add(Column(NpgsqlDbType.Text, Array.ConvertAll(keys, static key => key.GrainType)));
        command.Parameters.Add(Column(NpgsqlDbType.Smallint, Array.ConvertAll(keys, static key => (short)key.Bucket)));
        command.Parameters.Add(Column(NpgsqlDbType.Bytea, Array.ConvertAll(keys, static key => key.Key)));
        command.Parameters.Add(Column(NpgsqlDbType.Text, Array.ConvertAll(keys, static key => key.StateName)));
    }
}
