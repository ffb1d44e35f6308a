using Microsoft.Data.Sqlite;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.States;

internal static class SqliteKey
{
    /// <summary>Sets the first four parameters of a statement: type, bucket, key, name.</summary>
    public static void SetKey(this SqliteCommand command, StateKey key)
    {
        command.Parameters[0].Value = key.GrainType;
        command.Parameters[1].Value = key.Bucket;
        command.Parameters[2].Value = key.Key;
        command.Parameters[3].Value = key.StateName;
    }
}
