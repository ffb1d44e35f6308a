using Zhice.Bench.Cold;
using Zhice.Case;
using Zhice.Domain.Customers;
using Zhice.Postgres;
using Zhice.TestBank;

namespace Zhice.Bench.Bars;

/// <summary>A PostgreSQL with the customers of the case. It is filled once, and serves all benchmarks of a run in turn.</summary>
internal sealed class CaseStore
{
    // Beyond all customers of the case.
    private const int FirstTeacher = 900_000_000;

    private static CaseStore? _filled;

    private CaseStore(PostgresServer server, PostgresStore store) => (Server, Store) = (server, store);

    /// <summary>For each action so many customers to whom nothing else fits: by their answers its model learns.</summary>
    public static int TeachersOfAction => 5;

    /// <summary>The server, for a peer's own database.</summary>
    public PostgresServer Server { get; }

    /// <summary>Where the customers are.</summary>
    public PostgresStore Store { get; }

    /// <summary>The ids of those by whose answers models learn.</summary>
    public static IEnumerable<string> TeacherIds =>
        Enumerable.Range(FirstTeacher, CaseCatalog.Candidates * TeachersOfAction).Select(CaseCustomer.IdOf);

    /// <summary>The store of this run; it is filled when it is asked for first.</summary>
    public static async Task<CaseStore> GetAsync(BarSizes sizes)
    {
        if (_filled is null)
        {
            var server = await PostgresServer.StartAsync("synchronous_commit=on", "max_wal_size=8GB", "shared_buffers=512MB");
            try
            {
                var store = new PostgresStore(await server.CreateDatabaseAsync(), "case");
                await PostgresDatabase.MigrateAsync(store, default);
                Console.WriteLine($"Writing {sizes.Customers:N0} customers into PostgreSQL");
                await CustomerCopy.FillAsync(store, Customers(sizes));
                _filled = new(server, store);
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }

        return _filled;
    }

    /// <summary>Removes the store of this run, if there is one.</summary>
    public static async Task RemoveAsync()
    {
        if (_filled is { } filled)
        {
            _filled = null;
            await filled.Server.DisposeAsync();
        }
    }

    private static IEnumerable<(string, CustomerState)> Customers(BarSizes sizes)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        foreach (var number in Enumerable.Range(0, sizes.Customers))
        {
            yield return (CaseCustomer.IdOf(number), CaseCustomer.Create(number, nowMs).ToState(nowMs));
        }

        foreach (var (teacher, id) in TeacherIds.Index())
        {
            yield return (id, CaseCustomer.CreateFor((teacher % CaseCatalog.Candidates) + 1, nowMs).ToState(nowMs));
        }
    }
}
