using System.ComponentModel.DataAnnotations;

namespace Zhice.Hosting;

/// <summary>What silo and gateway have in common, in the section "Zhice".</summary>
public abstract record HostSettings
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Zhice";

    /// <summary>The name of the connection string, in the section "ConnectionStrings".</summary>
    public const string ConnectionName = "Zhice";

    /// <summary>
    /// Where the state is: sqlite, one silo with a data folder; postgres, a cluster on a database; memory, one silo of which
    /// nothing is left when it ends.
    /// </summary>
    /// <value>sqlite, postgres or memory. Default: sqlite.</value>
    [Required]
    public string Store { get; init; } = StoreNames.Sqlite;

    /// <summary>Whose state it is: on postgres the schema, so that services on one database never meet.</summary>
    /// <value>A small letter, then up to 30 small letters, digits and _. Default: zhice.</value>
    [Required, RegularExpression(
        "[a-z][a-z0-9_]{0,30}", ErrorMessage = "ServiceId must be a small letter, then up to 30 small letters, digits and _.")]
    public string ServiceId { get; init; } = "zhice";

    /// <summary>Which cluster of the service; silos with the same one find each other.</summary>
    /// <value>1 to 100 characters. Default: the ServiceId.</value>
    [StringLength(100, MinimumLength = 1)]
    public string? ClusterId { get; init; }

    /// <summary>The address that gRPC and HTTP listen on.</summary>
    /// <value>Default: 127.0.0.1, this machine only. Others need an identity and TLS.</value>
    [Required]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The hosts that requests to the HTTP port may name, separated by semicolons; * allows all.</summary>
    /// <value>Default: localhost, 127.0.0.1 and [::1] while the Address is of this machine only, else all.</value>
    public string AllowedHosts { get; init; } = "";

    /// <summary>Mutual TLS on the ports between silos and between gateways and silos.</summary>
    public ClusterTls ClusterTls { get; init; } = new();

    /// <summary>TLS on the ports of gRPC and HTTP.</summary>
    public ApiTls Tls { get; init; } = new();

    /// <summary>Whether gRPC reflection is served.</summary>
    /// <value>Default: false.</value>
    public bool Reflection { get; init; }

    /// <summary>How long a stopping host still takes calls after its readiness went, for balancers to notice.</summary>
    /// <value>0 to 5 minutes. Default: 5 seconds on postgres, else 0.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan? DrainDelay { get; init; }

    /// <summary>How long the stop may take after that: calls in flight, customers that move, the silo that leaves.</summary>
    /// <value>1 second to 10 minutes. Default: 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a start waits for a PostgreSQL that is not there.</summary>
    /// <value>0 to 1 day. Default: 2 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan StoreWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether the host is one of a cluster on PostgreSQL.</summary>
    public bool IsOnPostgres => Store.Equals(StoreNames.Postgres, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether nothing is left of the state when the host ends.</summary>
    public bool IsInMemory => Store.Equals(StoreNames.Memory, StringComparison.OrdinalIgnoreCase);

    /// <summary>The cluster's id in force.</summary>
    public string ClusterName => ClusterId ?? ServiceId;

    /// <summary>The scheme of the addresses of gRPC and HTTP.</summary>
    public string Scheme => Tls.IsOn ? "https" : "http";

    /// <summary>The drain delay in force.</summary>
    public TimeSpan DrainDelayInForce => DrainDelay ?? (IsOnPostgres ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);
}

/// <summary>The stores by their names in the settings.</summary>
public static class StoreNames
{
    /// <summary>A file in a data folder.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>A PostgreSQL database.</summary>
    public const string Postgres = "postgres";

    /// <summary>The memory of the process.</summary>
    public const string Memory = "memory";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Sqlite, Postgres, Memory];
}
