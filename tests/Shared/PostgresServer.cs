using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Zhice.TestBank;

/// <summary>A real PostgreSQL server, by <c>deploy/postgres.sh</c>: on a port and in a folder of its own.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartSharedAsync);

    private readonly string? _folder;
    private readonly string _server;
    private readonly string[] _settings;

    private PostgresServer(string? folder, int port, string server, string[] settings) =>
        (_folder, Port, _server, _settings) = (folder, port, server, settings);

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The folder: data/ and server.log.</summary>
    public string Folder => _folder ?? throw new InvalidOperationException("The shared server is not this test's to handle.");

    /// <summary>The server of this test run, shared: only its databases may be touched. That of deploy/test.sh, or one's own.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>Starts a server that belongs to one test, which may stop, kill and fill it.</summary>
    public static Task<PostgresServer> StartAsync(params string[] settings) =>
        StartInAsync(Directory.CreateTempSubdirectory("zhice-pg-").FullName, settings);

    /// <summary>The same, in a folder that is there already, such as a small disk.</summary>
    public static async Task<PostgresServer> StartInAsync(string folder, params string[] settings)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Dispose();
        var server = await ScriptAsync(["start", folder, $"{port}", .. settings]);
        return new PostgresServer(folder, port, server, settings);
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await ExecuteAsync(_server, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(_server) { Database = name }.ConnectionString;
    }

    /// <summary>Runs a statement in a database.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops it: smart, fast or immediate, which is a crash.</summary>
    public Task StopAsync(string mode = "fast") => ScriptAsync(["stop", Folder, mode]);

    /// <summary>Starts it again after <see cref="StopAsync"/>, on the same port.</summary>
    public Task StartAgainAsync() => ScriptAsync(["start", Folder, $"{Port}", .. _settings]);

    /// <summary>Starts it if it has ended, as its supervisor does.</summary>
    public async Task RunAgainAsync()
    {
        try
        {
            await StartAgainAsync();
        }
        catch (InvalidOperationException)
        {
            await ExecuteAsync(_server, "SELECT 1"); // It was there.
        }
    }

    /// <summary>Starts a standby that streams from this server, which from now on commits nothing that the standby has not.</summary>
    public async Task<PostgresServer> StartStandbyAsync()
    {
        var folder = Directory.CreateTempSubdirectory("zhice-pg-").FullName;
        await RunAsync("/bin/bash", ["-c",
            """
            set -euo pipefail
            bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1)
            as_owner=()
            if [ "$(id -u)" -eq 0 ]; then chown postgres "$1"; as_owner=(setpriv --reuid=postgres --regid=postgres --init-groups); fi
            cp -p "$3/password" "$1/password"
            export PGPASSWORD=$(cat "$1/password")
            cd /
            "${as_owner[@]}" "$bin/pg_basebackup" -h 127.0.0.1 -p "$2" -U zhice -D "$1/data" --write-recovery-conf --checkpoint=fast
            """, "standby", folder, $"{Port}", Folder]);
        var standby = await StartInAsync(folder);
        await ExecuteAsync(_server, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await ExecuteAsync(_server, "SELECT pg_reload_conf()");
        return standby;
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => ExecuteAsync(_server, "SELECT pg_promote()");

    /// <summary>Restarts it.</summary>
    public Task RestartAsync(string mode = "fast") => ScriptAsync(["restart", Folder, mode]);

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            try
            {
                await StopAsync("immediate");
            }
            catch (InvalidOperationException)
            {
                // It was stopped already.
            }

            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task<PostgresServer> StartSharedAsync()
    {
        if (Environment.GetEnvironmentVariable("ZHICE_TEST_POSTGRES") is { Length: > 0 } given)
        {
            return new PostgresServer(null, new NpgsqlConnectionStringBuilder(given).Port, given, []);
        }

        var server = await StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait();
        return server;
    }

    private static Task<string> ScriptAsync(string[] arguments) =>
        RunAsync(Path.Combine(Root(new(AppContext.BaseDirectory)), "deploy", "postgres.sh"), arguments);

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output).Trim() : throw new InvalidOperationException(await errors);
    }

    private static string Root(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Zhice.Grains.sln")) ? folder.FullName : Root(folder.Parent!);
}
