using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using Xunit;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>A real PgBouncer before a server, on a port of its own.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private PgBouncer(Process process, DirectoryInfo folder, string connectionString) =>
        (_process, _folder, ConnectionString) = (process, folder, connectionString);

    public static bool IsInstalled => File.Exists(Program);

    /// <summary>The database behind it.</summary>
    public string ConnectionString { get; }

    public static async Task<PgBouncer> StartAsync(string connectionString, params string[] settings)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var folder = Directory.CreateTempSubdirectory("zhice-pgbouncer-");
        using (var open = Process.Start("chmod", ["755", folder.FullName]))
        {
            await open.WaitForExitAsync();
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var file = Path.Combine(folder.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            file,
            $"""
            [databases]
            * = host=127.0.0.1 port={server.Port} user={server.Username} password={server.Password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            {(Environment.IsPrivilegedProcess ? "user = postgres" : "")}
            {string.Join('\n', settings)}

            """);
        var process = Process.Start(new ProcessStartInfo(Program, ["-q", file]) { RedirectStandardError = true })!;
        for (var tries = 0; ; tries++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                break;
            }
            catch (SocketException) when (tries < 100 && !process.HasExited)
            {
                await Task.Delay(50);
            }
        }

        return new(process, folder, new NpgsqlConnectionStringBuilder(connectionString) { Port = port, Pooling = false }.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>A test for machines that have PgBouncer (Debian's package pgbouncer).</summary>
public sealed class TheoryWithPgBouncerAttribute : TheoryAttribute
{
    public TheoryWithPgBouncerAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine) => Skip = PgBouncer.IsInstalled ? null : "PgBouncer is not installed: apt-get install pgbouncer.";
}
