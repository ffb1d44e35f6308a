using System.ComponentModel.DataAnnotations;

namespace Zhice.Api;

/// <summary>How the API behaves under load, and what it shows.</summary>
public sealed record ApiOptions
{
    /// <summary>How many Recommend calls may be under way at once; more are shed.</summary>
    /// <value>1 to 1,000,000; default 4,096. Other calls are shed already when a quarter of it is left.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentRecommends { get; init; } = 4096;

    /// <summary>How many calls that change something may be under way at once; more are shed.</summary>
    /// <value>1 to 1,000,000; default 1,024.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentWrites { get; init; } = 1024;

    /// <summary>How many other reads may be under way at once; more are shed.</summary>
    /// <value>1 to 1,000,000; default 512.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentReads { get; init; } = 512;

    /// <summary>
    /// How many event streams may be open at once, and as many subscriptions, and as many calls that watch. Of event streams the one that
    /// was silent for the longest gives way; else more are shed.
    /// </summary>
    /// <value>1 to 1,000,000; default 1,024.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentStreams { get; init; } = 1024;

    /// <summary>How many calls about bulk data may be under way at once; more are shed, and before all others.</summary>
    /// <value>1 to 1,000,000; default 64.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentBulkCalls { get; init; } = 64;

    /// <summary>How many customers one RecordEvents call writes to at the same time.</summary>
    /// <value>1 to 1,000; default 128.</value>
    [Range(1, 1000)]
    public int CustomersAtOnce { get; init; } = 128;

    /// <summary>How often a stream sends events again that met a passing fault, before it gives up.</summary>
    /// <value>0 to 10; default 4, which with the pauses between is about 3 seconds.</value>
    [Range(0, 10)]
    public int StreamRetries { get; init; } = 4;

    /// <summary>The pause before a stream's first repeat; each further one is twice as long.</summary>
    /// <value>1 ms to 10 s; default 200 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan StreamRetryPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long ApplyCatalog and RollbackCatalog wait until this silo decides by the new version.</summary>
    /// <value>0 to 30 s; default 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan CatalogWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest message that is taken.</summary>
    /// <value>64 KiB to 64 MiB; default 8 MiB, so that a value too large meets the sentence of its own limit.</value>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int MaxReceiveBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The largest message that is given.</summary>
    /// <value>64 KiB to 256 MiB; default 16 MiB.</value>
    [Range(64 * 1024, 256 * 1024 * 1024)]
    public int MaxSendBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Whether tools may ask for the services' descriptions.</summary>
    public bool IsReflectionOn { get; init; }

    /// <summary>Below how many customers a count is not shown to callers whose roles show no single customers.</summary>
    /// <value>1 to 1,000; default 10.</value>
    [Range(1, 1_000)]
    public int MinCount { get; init; } = 10;

    /// <summary>Stops the host when a setting is wrong.</summary>
    /// <exception cref="ValidationException">A sentence that names the setting and its range.</exception>
    public void Validate() => Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
}
