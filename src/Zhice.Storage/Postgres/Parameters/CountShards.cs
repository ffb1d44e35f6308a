namespace Zhice.Storage.Postgres.Parameters;

/// <summary>Counts that many commits add to have several rows each, so that those who commit at once do not wait for each other.</summary>
internal static class CountShards
{
    /// <summary>The row that this connection adds to.</summary>
    public const string OfConnection = "(pg_backend_pid() % 16)::smallint";
}
