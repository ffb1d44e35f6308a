using System.Text.RegularExpressions;
using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Postgres;

/// <summary>A PostgreSQL database, and in it the schema of one service. Its text shows no password.</summary>
public sealed partial record PostgresStore
{
    /// <param name="connectionString">As Npgsql reads it, with Host and Database at least.</param>
    /// <param name="serviceId">From 1 to 31 of a-z, 0-9 and _, beginning with a letter. It is the name of the schema too.</param>
    /// <exception cref="StoreUnfitException">One of them is wrong; it says what would be right.</exception>
    public PostgresStore(string connectionString, string serviceId)
    {
        if (!ServiceIds().IsMatch(serviceId) || serviceId.StartsWith("pg_", StringComparison.Ordinal) || serviceId == "information_schema")
        {
            throw new StoreUnfitException(
                $"The service id '{serviceId}' cannot name a schema; use 1 to 31 of a-z, 0-9 and _, beginning with a letter, and not with pg_.");
        }

        Settings = ConnectionText.Parse(connectionString);
        ConnectionString = connectionString;
        ServiceId = serviceId;
    }

    /// <summary>As it was given.</summary>
    public string ConnectionString { get; }

    /// <summary>The service, and the name of its schema.</summary>
    public string ServiceId { get; }

    /// <summary>For all who use the schema, Orleans' providers too: the same with the schema as search path.</summary>
    /// <remarks>
    /// A statement that is called off breaks its connection: so a commit that waits for a synchronous standby is never
    /// taken for done.
    /// </remarks>
    public string SchemaConnectionString
    {
        get
        {
            var ofSchema = new NpgsqlConnectionStringBuilder(Settings.ConnectionString)
            {
                SearchPath = ServiceId, CancellationTimeout = -1, MinPoolSize = 0, MaxPoolSize = Connections.Cluster,
            };
            ofSchema.ApplicationName ??= $"zhice {ServiceId}";
            return ofSchema.ConnectionString;
        }
    }

    /// <summary>How many connections a silo may have open.</summary>
    public PostgresConnections Connections { get; init; } = new();

    /// <summary>How long a transaction may take in all; less than the 10 s that callers wait.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(8);

    internal NpgsqlConnectionStringBuilder Settings { get; }

    /// <summary>Where it is, for messages: host, port and database.</summary>
    internal string Place => $"{Settings.Database} on {Settings.Host}:{Settings.Port}";

    /// <inheritdoc/>
    public override string ToString() => $"PostgreSQL {Place}, schema {ServiceId}";

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,30}\z")]
    private static partial Regex ServiceIds();
}
