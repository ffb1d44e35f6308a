using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Domain.Faults;
using Zhice.Storage;

namespace Zhice.Cli.Commands;

/// <summary>`zhice migrate`: brings a PostgreSQL schema to this program's version, apart from any silo.</summary>
internal static class MigrateCommand
{
    private const string ConnectionVariable = "ConnectionStrings__Zhice";

    public static Command Create()
    {
        var connection = new Option<string?>("--connection")
        {
            Description = $"The connection string of PostgreSQL; also from {ConnectionVariable}, where no list of processes shows it. Example: --connection \"Host=db;Database=zhice;Username=zhice\"",
            HelpName = "TEXT",
        };
        var serviceId = new Option<string>("--service-id")
        {
            Description = "The service, which is the schema's name too. Example: --service-id zhice",
            HelpName = "ID",
            DefaultValueFactory = _ => "zhice",
        };
        var adopts = new Option<bool>("--adopt-copy")
        {
            Description = "Make a restored copy of the database a cluster of its own, so that silos may start on it; what waits in its outbox is then delivered from it. No silo may run on it. Example: --adopt-copy",
        };
        return new Command(
            "migrate",
            "Brings the schema in PostgreSQL to this program's version, while silos run too. Example: zhice migrate --connection \"Host=db;Database=zhice;Username=zhice\"")
        {
            connection, serviceId, adopts,
        }.Runs(async session =>
        {
            var text = session.Get(connection) ?? Environment.GetEnvironmentVariable(ConnectionVariable);
            var store = StoreOf(text, session.Get(serviceId)!);
            Print(session.Terminal, await TryAsync(() => ZhiceStorage.MigratePostgresAsync(store, session.Cancellation)).ConfigureAwait(false));
            if (session.Get(adopts))
            {
                Print(session.Terminal, store, await TryAsync(() => ZhiceStorage.AdoptCopyAsync(store, session.Cancellation)).ConfigureAwait(false));
            }
        });
    }

    private static PostgresStore StoreOf(string? connection, string serviceId)
    {
        if (string.IsNullOrWhiteSpace(connection))
        {
            throw new UsageException($"Say where PostgreSQL is, with --connection or {ConnectionVariable}.");
        }

        try
        {
            return new PostgresStore(connection, serviceId);
        }
        catch (StoreUnfitException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    private static async Task<T> TryAsync<T>(Func<Task<T>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreUnfitException or StoreUnavailableException)
        {
            throw new FailureException(fault.Message);
        }
    }

    private static void Print(Terminal terminal, PostgresStore store, bool isAdopted)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Of(new { schema = store.ServiceId, adopted = isAdopted }));
            return;
        }

        terminal.Line(isAdopted
            ? $"The copy of the schema {store.ServiceId} is a cluster of its own now."
            : $"The schema {store.ServiceId} lies where its cluster lives; there is nothing to adopt.");
    }

    private static void Print(Terminal terminal, MigrationReport report)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Of(new { schema = report.Schema, fromVersion = report.FromVersion, toVersion = report.ToVersion, steps = report.StepsRun }));
            return;
        }

        foreach (var step in report.StepsRun)
        {
            terminal.Line($"Ran {step}.");
        }

        terminal.Line(report.StepsRun.Count == 0
            ? $"The schema {report.Schema} has version {report.ToVersion} already."
            : $"The schema {report.Schema} went from version {report.FromVersion} to {report.ToVersion}.");
    }
}
