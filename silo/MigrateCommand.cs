using System.CommandLine;
using System.Text.Json;
using Zhice.Domain.Faults;
using Zhice.Postgres;

namespace Zhice.Silo;

/// <summary>`Zhice.Silo migrate`: brings a PostgreSQL schema to this program's version, apart from any silo.</summary>
internal static class MigrateCommand
{
    /// <summary>The word that asks for it.</summary>
    public const string Name = "migrate";

    private const string ConnectionVariable = "ConnectionStrings__Zhice";

    private static readonly Option<string?> Connection = new("--connection")
    {
        Description = $"The connection string of PostgreSQL; also from {ConnectionVariable}, where no list of processes shows it. Example: --connection \"Host=db;Database=zhice;Username=zhice\"",
        HelpName = "TEXT",
    };

    private static readonly Option<string> ServiceId = new("--service-id")
    {
        Description = "The service, which is the schema's name too. Example: --service-id zhice",
        HelpName = "ID",
        DefaultValueFactory = static _ => "zhice",
    };

    private static readonly Option<bool> AdoptCopy = new("--adopt-copy")
    {
        Description = "Make a restored copy of the database a cluster of its own, so that silos may start on it; what waits in its outbox is then delivered from it. No silo may run on it. Example: --adopt-copy",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON, one object a line. Example: --json" };

    /// <summary>Runs it.</summary>
    /// <returns>0: done; 1: refused or failed; 2: wrong usage.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand("The silo's own commands.")
        {
            new Command(
                Name,
                "Brings the schema in PostgreSQL to this program's version, while silos run too. Example: Zhice.Silo migrate --connection \"Host=db;Database=zhice;Username=zhice\"")
            {
                Connection, ServiceId, AdoptCopy, Json,
            },
        };
        command.Subcommands[0].SetAction(MigrateAsync);
        var parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine(
                $"{string.Join(' ', parsed.Errors.Select(static fault => fault.Message))} See 'Zhice.Silo migrate --help'.");
            return Task.FromResult(2);
        }

        return parsed.InvokeAsync();
    }

    private static async Task<int> MigrateAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var connection = parsed.GetValue(Connection) ?? Environment.GetEnvironmentVariable(ConnectionVariable);
        if (string.IsNullOrWhiteSpace(connection))
        {
            Console.Error.WriteLine($"Say where PostgreSQL is, with --connection or {ConnectionVariable}.");
            return 2;
        }

        PostgresStore store;
        try
        {
            store = new(connection, parsed.GetValue(ServiceId)!);
        }
        catch (StoreUnfitException fault)
        {
            Console.Error.WriteLine(fault.Message);
            return 2;
        }

        try
        {
            Print(parsed, await PostgresDatabase.MigrateAsync(store, cancellation));
            if (parsed.GetValue(AdoptCopy))
            {
                Print(parsed, store, await PostgresDatabase.AdoptCopyAsync(store, cancellation));
            }

            return 0;
        }
        catch (Exception fault) when (fault is StoreUnfitException or StoreUnavailableException)
        {
            Console.Error.WriteLine(fault.Message);
            return 1;
        }
    }

    private static void Print(ParseResult parsed, MigrationReport report)
    {
        if (parsed.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(new { schema = report.Schema, fromVersion = report.FromVersion, toVersion = report.ToVersion, steps = report.StepsRun }));
            return;
        }

        foreach (var step in report.StepsRun)
        {
            Console.WriteLine($"Ran {step}.");
        }

        Console.WriteLine(report.StepsRun.Count == 0
            ? $"The schema {report.Schema} has version {report.ToVersion} already."
            : $"The schema {report.Schema} went from version {report.FromVersion} to {report.ToVersion}.");
    }

    private static void Print(ParseResult parsed, PostgresStore store, bool isAdopted) => Console.WriteLine(
        parsed.GetValue(Json) ? JsonSerializer.Serialize(new { schema = store.ServiceId, adopted = isAdopted })
        : isAdopted ? $"The copy of the schema {store.ServiceId} is a cluster of its own now."
        : $"The schema {store.ServiceId} lies where its cluster lives; there is nothing to adopt.");
}
