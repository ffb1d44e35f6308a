using System.ComponentModel.DataAnnotations;
using System.Net;
using Zhice.Api;
using Zhice.Api.Identity;
using Zhice.Grains.Audit;
using Zhice.Grains.Deliveries.Webhooks;
using Zhice.Hosting;
using Zhice.Postgres;

namespace Zhice.Silo;

/// <summary>What can be set, in the section "Zhice": by <c>--Zhice:GrpcPort=7401</c> or <c>Zhice__GrpcPort=7401</c>.</summary>
internal sealed record SiloSettings : HostSettings
{
    /// <summary>The folder of all durable state on sqlite; made if missing. On the others only files of bulk data are in it.</summary>
    /// <value>Default: data, below the folder that the host is started in; `dotnet run` starts it in silo/.</value>
    [Required]
    public string Data { get; init; } = "data";

    /// <summary>The folder of files that are imported or were exported; silos may share it.</summary>
    /// <value>Default: bulk, in the data folder.</value>
    public string? BulkFolder { get; init; }

    /// <summary>The port of gRPC, HTTP/2.</summary>
    /// <value>1 to 65,535. Default: 7301.</value>
    [Range(1, 65_535)]
    public int GrpcPort { get; init; } = 7301;

    /// <summary>The port of REST, health and the dashboard, HTTP/1.1.</summary>
    /// <value>1 to 65,535. Default: 7300.</value>
    [Range(1, 65_535)]
    public int HttpPort { get; init; } = 7300;

    /// <summary>The address at which the other silos and the gateways find this one; 127.0.0.1 where it is alone.</summary>
    /// <value>An IP address of this machine. Default: 127.0.0.1.</value>
    [Required]
    public string SiloAddress { get; init; } = "127.0.0.1";

    /// <summary>The port between silos, at the SiloAddress.</summary>
    /// <value>1 to 65,535. Default: 7302.</value>
    [Range(1, 65_535)]
    public int SiloPort { get; init; } = 7302;

    /// <summary>The port of Orleans' gateway, at the SiloAddress.</summary>
    /// <value>1 to 65,535. Default: 7303.</value>
    [Range(1, 65_535)]
    public int GatewayPort { get; init; } = 7303;

    /// <summary>Whether an empty grid is filled with the sample bank; in a cluster one silo does it.</summary>
    /// <value>Default: false on postgres, else true.</value>
    public bool? Sample { get; init; }

    /// <summary>
    /// How many customers come by on the day of traffic that is played in the background when the sample bank was just loaded: once, in the
    /// environment Development and without identities only.
    /// </summary>
    /// <value>0 to 20,000; 0: none is played. Default: 0; `dotnet run` sets 600.</value>
    [Range(0, 20_000)]
    public int PlaySample { get; init; }

    /// <summary>
    /// How long at most, before it is ready, the silo makes dry runs of Recommend on customers of the store: so the code that answers is compiled
    /// before callers come. They end once the compiler rests, which takes 5 to 10 seconds on two cores, and leave nothing behind.
    /// </summary>
    /// <value>0 to 5 minutes; 0: none. Default: 30 seconds on postgres, else 0.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan? WarmUp { get; init; }

    /// <summary>Whether the Orleans dashboard is served, to callers with the role ops.</summary>
    /// <value>Default: true in the environment Development, else false.</value>
    public bool? Dashboard { get; init; }

    /// <summary>Whose calls are accepted.</summary>
    public IdentityOptions Identity { get; init; } = new();

    /// <summary>What callers learn of groups of customers.</summary>
    public PrivacyOptions Privacy { get; init; } = new();

    /// <summary>How long a customer that nobody asks for stays in memory.</summary>
    /// <value>2 minutes to 30 days. Default: 2 hours.</value>
    [Range(typeof(TimeSpan), "00:02:00", "30.00:00:00")]
    public TimeSpan CustomerIdleAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The share of the memory, in percent, above which customers leave it before their idle age.</summary>
    /// <value>10 to 100. Default: 80.</value>
    [Range(10, 100)]
    public int MemoryLimitPercent { get; init; } = 80;

    /// <summary>The share of the memory, in percent, at which no more customers are made to leave it.</summary>
    /// <value>5 to 99, less than the limit. Default: 70.</value>
    [Range(5, 99)]
    public int MemoryTargetPercent { get; init; } = 70;

    /// <summary>How much the files that are imported or exported may hold together, in GiB.</summary>
    /// <value>0 to 1,000,000. Default: 256.</value>
    [Range(0.0, 1_000_000)]
    public double BulkMaxGiB { get; init; } = 256;

    /// <summary>How much of their disk stays free, in GiB: what would take more is refused.</summary>
    /// <value>0 to 1,000,000. Default: 1.</value>
    [Range(0.0, 1_000_000)]
    public double BulkFreeGiB { get; init; } = 1;

    /// <summary>Which part of the decisions is logged with all that they were made of, for GetDecision and ReplayDecision.</summary>
    /// <value>0 to 1; 1 keeps all, about 2 KB each. Default: 0.01.</value>
    [Range(0.0, 1.0)]
    public double DecisionLogSample { get; init; } = 0.01;

    /// <summary>How many days a logged decision is kept.</summary>
    /// <value>1 to 3,650. Default: 30.</value>
    [Range(1, 3_650)]
    public int DecisionLogDays { get; init; } = 30;

    /// <summary>
    /// How many days, at least, the ledger remembers that a contact was counted: so long its run or its event cannot count it again.
    /// </summary>
    /// <value>40 to 3,650. Default: 100.</value>
    [Range(40, 3_650)]
    public int LedgerDays { get; init; } = 100;

    /// <summary>Which share of the decisions is measured: what they offered, and why they did not offer the rest.</summary>
    /// <value>0 to 1. Default: 0.01.</value>
    [Range(0.0, 1.0)]
    public double FactSample { get; init; } = 0.01;

    /// <summary>Of which share of the customers all events are measured.</summary>
    /// <value>0 to 1. Default: 0.</value>
    [Range(0.0, 1.0)]
    public double BehaviorSample { get; init; }

    /// <summary>How often it is looked whether arms have won that may be promoted without a person.</summary>
    /// <value>1 second to 1 day. Default: 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PromotionEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many days, at least, facts are kept; their totals are kept for ever.</summary>
    /// <value>8 to 3,650. Default: 35.</value>
    [Range(8, 3_650)]
    public int FactDays { get; init; } = 35;

    /// <summary>How many days it can be asked what a customer was judged to be in a run of a campaign.</summary>
    /// <value>1 to 3,650. Default: 100.</value>
    [Range(1, 3_650)]
    public int EvaluationDays { get; init; } = 100;

    /// <summary>A file of keys by which customers' states are sealed in the store; see docs/security/encryption.md.</summary>
    /// <value>A path; default: none, and nothing is sealed.</value>
    public string? KeysFile { get; init; }

    /// <summary>For how many days after an erasure each consent statement is kept as proof, without id, evidence and actor.</summary>
    /// <value>0 to 3,650; 0: none is kept. Default: 0.</value>
    [Range(0, 3_650)]
    public int ConsentEvidenceDays { get; init; }

    /// <summary>For how many days after an erasure the number of contacts on each day is kept as proof, without id.</summary>
    /// <value>0 to 3,650; 0: none is kept. Default: 0.</value>
    [Range(0, 3_650)]
    public int ContactEvidenceDays { get; init; }

    /// <summary>The share of the processors, in percent, above which calls of gateways are refused.</summary>
    /// <value>50 to 100; 100 refuses none for it: a silo busy with a bulk load still answers. Default: 100.</value>
    [Range(50, 100)]
    public int GatewayCpuPercent { get; init; } = 100;

    /// <summary>The share of the memory, in percent, above which calls of gateways are refused.</summary>
    /// <value>50 to 100. Default: 95.</value>
    [Range(50, 100)]
    public int GatewayMemoryPercent { get; init; } = 95;

    /// <summary>How long after a decision an acceptance still teaches that what it offered was accepted.</summary>
    /// <value>1 minute to 90 days. Default: 7 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan AttributionWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often a contact is tried at its channel, before it is a dead letter.</summary>
    /// <value>1 to 100. Default: 10.</value>
    [Range(1, 100)]
    public int DeliveryAttempts { get; init; } = 10;

    /// <summary>How many days a dead letter is kept.</summary>
    /// <value>1 to 3,650. Default: 30.</value>
    [Range(1, 3_650)]
    public int DeadLetterDays { get; init; } = 30;

    /// <summary>The channels whose contacts are posted to URLs: Channel, Url, and SecretFile or Secret, of each.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>The hosts that webhooks may post to, with semicolons between them: a start with another one is refused.</summary>
    /// <value>Default: none, and those of Webhooks are allowed.</value>
    public string WebhookHosts { get; init; } = "";

    /// <summary>On postgres, how many connections this silo may have open, by what they are for.</summary>
    public PostgresConnections Connections { get; init; } = new();

    /// <summary>How the audit's checkpoints are signed, and where they go.</summary>
    public AuditOptions Audit { get; init; } = new();

    /// <summary>Whether the sample bank is wanted, in force.</summary>
    public bool IsSampleWanted => Sample ?? !IsOnPostgres;

    /// <summary>How long the silo warms up at most, in force.</summary>
    public TimeSpan WarmUpInForce => WarmUp ?? (IsOnPostgres ? TimeSpan.FromSeconds(30) : TimeSpan.Zero);

    /// <summary>
    /// How the audit's checkpoints are signed, in force: with a key in the data folder if none is set, and without one where nothing is
    /// kept.
    /// </summary>
    /// <param name="folder">The data folder.</param>
    public AuditOptions GetAudit(string folder) =>
        Audit.SigningKeyFile is null && !IsInMemory ? Audit with { SigningKeyFile = Path.Combine(folder, "audit-signing.key") } : Audit;

    /// <summary>The help text.</summary>
    public static string Help { get; } = $"""
        Zhice.Silo: the whole product in one process: alone on its embedded store, or one of a cluster on PostgreSQL.

          dotnet run -c Release --project silo -- [--Zhice:NAME=VALUE ...]
          dotnet run -c Release --project silo -- --Zhice:Store=postgres --ConnectionStrings:Zhice='Host=...;Username=...;Database=...'

          Store                 sqlite, alone; postgres, in a cluster; memory,   (sqlite)
                                alone, and nothing is left when it ends
          ServiceId             whose state it is; on postgres the schema        (zhice)
          ClusterId             silos with the same one find each other          (the ServiceId)
          Data                  the folder of all durable state, on sqlite       (data)
          BulkFolder            files that are imported or exported              (DATA/bulk)
          BulkMaxGiB            how much those files may hold together           (256)
          BulkFreeGiB           how much of their disk they leave free           (1)
          StoreWait             how long a start waits for PostgreSQL            (00:02:00)

          Connections:Commits   connections to PostgreSQL at most: commits,     (8)
          Connections:Reads     ... reads of single states,                      (8)
          Connections:Queues    ... outbox, timers, stock,                       (16)
          Connections:Bulk      ... imports, decision log,                       (8)
          Connections:Streams   ... exports, simulations, audience index,        (8)
          Connections:Cluster   ... membership and definitions                   (8)

          Address               where gRPC and HTTP listen                       (127.0.0.1)
          GrpcPort              gRPC, HTTP/2                                     (7301)
          HttpPort              REST, health and dashboard, HTTP/1.1             (7300)
          SiloAddress           where the other silos find this one              (127.0.0.1)
          SiloPort              between silos, at the SiloAddress                (7302)
          GatewayPort           Orleans' gateway, at the SiloAddress             (7303)

          ClusterTls:CertificateFile  mutual TLS on SiloPort and GatewayPort:    (none: clear text;
          ClusterTls:KeyFile          certificate, key and authority of the       refused but for loop-
          ClusterTls:CaFile           cluster, by deploy/certificates.sh          back addresses)

        {ApiTls.Help}

        {IdentityOptions.Help}

          AllowedHosts          hosts that requests to the HTTP port may name    (localhost; unless the
                                                                                  Address is another: all)

          Sample                fill an empty grid with the sample bank          (true; on postgres false)
          PlaySample            customers who come by on a day of traffic that   (0: none; dotnet run:
                                is played on a new sample bank, in Development   600)
          Dashboard             serve the Orleans dashboard, to the role ops     (false; Development: true)
          Reflection            serve gRPC reflection                            (false)
          Privacy:MinCount      below it, analysts see no count of an audience   (10)

          WarmUp                dry runs of Recommend before readiness, until    (0; on postgres 00:00:30)
                                their code is compiled, and at most so long
          DrainDelay            calls are taken so long after readiness went     (0; on postgres 00:00:05)
          StopLimit             how long the stop may take after that            (00:01:00)

          DecisionLogSample     which part of the decisions is logged, 0 to 1    (0.01)
          DecisionLogDays       how many days a logged decision is kept          (30)
          LedgerDays            how many days a counted contact is remembered    (100)
          EvaluationDays        how many days a run's evaluations are kept       (100)
          FactDays              how many days measured facts are kept            (35)
          KeysFile              keys by which customers are sealed in the store  (none: not sealed)
          FactSample            which share of the decisions is measured         (0.01)
          BehaviorSample        of which share of the customers all events are   (0)
          PromotionEvery        how often it is looked whether an arm has won    (00:05:00)
          ConsentEvidenceDays   how many days consents stay after an erasure ... (0: not at all)
          ContactEvidenceDays   ... and numbers of contacts, both without id     (0: not at all)

          CustomerIdleAge       how long an idle customer stays in memory        (02:00:00)
          MemoryLimitPercent    above it, customers leave memory earlier ...     (80)
          MemoryTargetPercent   ... until it is below this                       (70)
          GatewayCpuPercent     above it, calls of gateways are refused          (100: none)
          GatewayMemoryPercent  the same for memory                              (95)

          Audit:SigningKeyFile    the key that signs checkpoints of the audit    (DATA/audit-signing.key)
          Audit:CheckpointFolder  where they go, best on another machine         (none: the store alone)

          AttributionWindow     how late an acceptance counts for its decision   (7.00:00:00)

          DeliveryAttempts      how often a contact is tried at its channel      (10)
          DeadLetterDays        how many days one that was given up is kept      (30)
          WebhookHosts          the hosts that Webhooks may post to, a;b         (those that are set)
          Webhooks:0:Channel    a channel whose contacts are posted ...          (none)
          Webhooks:0:Url        ... to this URL ...
          Webhooks:0:SecretFile ... signed with the secret in this file
          Webhooks:0:AllowLocal whether the URL may lead to this machine or link (false)

        Environment variables do as well: Zhice__GrpcPort=7401, ConnectionStrings__Zhice=...
        Reminders are kept on postgres; else they are in memory only, and nothing durable relies on them.
        Exit codes: 0 stopped as asked; 1 did not start; 3 the cluster declared this silo dead: start it again.
        """;

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="StartRefusedException">One is unknown, unreadable or out of range.</exception>
    public static SiloSettings Read(IConfiguration configuration)
    {
        var settings = SettingsReader.Read<SiloSettings>(configuration);
        SettingsReader.CheckGroup(configuration, nameof(Connections), settings.Connections);
        SettingsReader.CheckGroup(configuration, nameof(Audit), settings.Audit);
        SettingsReader.CheckAddress(settings.SiloAddress, nameof(SiloAddress));
        SettingsReader.CheckGroup(configuration, ClusterTls.Section, settings.ClusterTls);
        SettingsReader.CheckGroup(configuration, ApiTls.Section, settings.Tls);
        SettingsReader.CheckGroup(configuration, IdentityOptions.Section, settings.Identity);
        SettingsReader.CheckGroup(configuration, $"{IdentityOptions.Section}:SignIn", settings.Identity.SignIn);
        SettingsReader.CheckGroup(configuration, PrivacyOptions.Section, settings.Privacy);
        StartRefusals.Refusing(settings.Identity.Checked);
        if (settings.IsOnPostgres && !settings.ClusterTls.IsOn && !IPAddress.IsLoopback(IPAddress.Parse(settings.SiloAddress)))
        {
            throw new StartRefusedException(
                $"SiloAddress is {settings.SiloAddress}, and whoever reaches SiloPort or GatewayPort there could do whatever a silo can. "
                + $"Set {Section}:{ClusterTls.Section}:CertificateFile, KeyFile and CaFile; deploy/certificates.sh makes them.");
        }

        SettingsReader.CheckPorts(
            (nameof(GrpcPort), settings.GrpcPort), (nameof(HttpPort), settings.HttpPort),
            (nameof(SiloPort), settings.SiloPort), (nameof(GatewayPort), settings.GatewayPort));
        return settings.MemoryTargetPercent < settings.MemoryLimitPercent
            ? settings
            : throw new StartRefusedException(
                $"MemoryTargetPercent is {settings.MemoryTargetPercent} and MemoryLimitPercent {settings.MemoryLimitPercent}; the target must be less than the limit.");
    }
}
