using Zhice.Domain.Bulk;
using Zhice.Domain.Catalogs;

namespace Zhice.Bulk.Import;

/// <summary>A file to load, and how.</summary>
public sealed record ImportJob
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>How it is written; gzip is found out.</summary>
    public required BulkFormat Format { get; init; }

    /// <summary>What its rows say about the tags that they leave out.</summary>
    public required ImportMode Mode { get; init; }

    /// <summary>When its data was true.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>When it is loaded. Unset: at the time of its data.</summary>
    public DateTimeOffset? LoadedAt { get; init; }

    /// <summary>What proves its consents in their history, such as the id of the operation; empty: nothing.</summary>
    public string EvidenceId { get; init; } = "";

    /// <summary>The catalogue that its columns and values are checked by.</summary>
    public required Catalog Catalog { get; init; }

    /// <summary>Where the rows that are not loaded are told of.</summary>
    public required string RejectPath { get; init; }

    /// <summary>How many rows may be rejected before the import stops.</summary>
    /// <value>0 or more; default 100,000.</value>
    public long MaxRejects { get; init; } = DefaultMaxRejects;

    /// <summary>How many rows may be rejected unless it is said.</summary>
    public const long DefaultMaxRejects = 100_000;

    /// <summary>Where an earlier run ended; the default is to begin.</summary>
    public ImportCursor From { get; init; }

    /// <summary>Whether an earlier run may have merged more than it says, and told no one.</summary>
    public bool IsResumed { get; init; }
}

/// <summary>How far an import is: all of it is durable.</summary>
/// <param name="Rows">Rows that are done, rejected ones included.</param>
/// <param name="Loaded">Rows that are loaded.</param>
/// <param name="Rejected">Rows that are rejected.</param>
/// <param name="RejectBytes">How many bytes of the reject file count.</param>
/// <param name="Fraction">How far in the file that is, 0 to 1.</param>
/// <param name="Repeated">Rows of customers who were in an earlier row.</param>
/// <param name="Erased">Rejected rows of customers who were erased.</param>
public readonly record struct ImportCursor(
    long Rows, long Loaded, long Rejected, long RejectBytes, double Fraction, long Repeated = 0, long Erased = 0)
{
    /// <summary>How many rows there may be in all; 0 when nothing is known yet.</summary>
    public long EstimatedRows => Fraction > 0 ? (long)(Rows / Fraction) : 0;
}
