using Zhice.Postgres;
using Zhice.TestBank;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>Databases of the shared server.</summary>
internal static class Databases
{
    private static readonly Lazy<Task<string>> Common = new(static async () =>
        await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());

    /// <summary>A store of its own, as one service of many in a database.</summary>
    public static async Task<PostgresStore> NewStoreAsync() => new(await Common.Value, $"t{Guid.NewGuid():N}"[..24]);

    /// <summary>A database of its own, empty.</summary>
    public static async Task<string> NewAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
}
