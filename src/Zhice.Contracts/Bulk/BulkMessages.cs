namespace Zhice.Contracts.Bulk;

/// <summary>What a bulk operation does. The numbers are stored.</summary>
[GenerateSerializer, Alias("zhice.bulk-kind")]
public enum BulkKind : byte
{
    /// <summary>Loads a file.</summary>
    Import = 1,

    /// <summary>Writes a file.</summary>
    Export = 2,
}

/// <summary>Where a bulk operation stands. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.bulk-phase")]
public enum BulkPhase : byte
{
    /// <summary>It waits to be begun or gone on with.</summary>
    Queued = 1,

    /// <summary>A silo works at it.</summary>
    Running = 2,

    /// <summary>Its file is on no silo that runs.</summary>
    WaitingForFile = 3,

    /// <summary>It has ended.</summary>
    Done = 4,
}

/// <summary>Why a bulk operation ended without success. The numbers are stored.</summary>
[GenerateSerializer, Alias("zhice.bulk-fault")]
public enum BulkFault : byte
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>The file cannot be read, or its columns are not right.</summary>
    FaultyFile = 1,

    /// <summary>More rows were rejected than may be.</summary>
    TooManyRejects = 2,

    /// <summary>It was cancelled.</summary>
    Cancelled = 3,

    /// <summary>A fault of ours; the log has it.</summary>
    Internal = 4,

    /// <summary>The folder of the files has no room.</summary>
    FolderFull = 5,
}

/// <summary>How far it is, as its worker says.</summary>
/// <param name="Rows">Rows that are done, rejected ones included; all are durable.</param>
/// <param name="Loaded">Rows that are loaded or written.</param>
/// <param name="Rejected">Rows that are rejected.</param>
/// <param name="FileBytes">How many bytes the file that it makes has: rejected rows, or the export.</param>
/// <param name="Fraction">How much of it is done, 0 to 1.</param>
/// <param name="RowsPerSecond">Rows a second, over the last seconds.</param>
/// <param name="Repeated">Of an import: rows of customers who were in an earlier row.</param>
/// <param name="AsOfMs">Of an export that is done: as of when it is, unix milliseconds; else 0.</param>
/// <param name="Unreadable">Of an export that is done: customers that were left out because their states cannot be read.</param>
/// <param name="Erased">Of an import: rejected rows of customers who were erased. The file goes with the operation's end then.</param>
[GenerateSerializer, Immutable, Alias("zhice.bulk-progress")]
public readonly record struct BulkProgress(
    [property: Id(0)] long Rows,
    [property: Id(1)] long Loaded,
    [property: Id(2)] long Rejected,
    [property: Id(3)] long FileBytes,
    [property: Id(4)] double Fraction,
    [property: Id(5)] double RowsPerSecond,
    [property: Id(6)] long Repeated = 0,
    [property: Id(7)] long AsOfMs = 0,
    [property: Id(8)] long Unreadable = 0,
    [property: Id(9)] long Erased = 0);

/// <summary>A bulk operation as it is kept.</summary>
[GenerateSerializer, Immutable, Alias("zhice.bulk-record")]
public sealed record BulkRecord
{
    /// <summary>Its id, 32 hexadecimal digits.</summary>
    [Id(0)]
    public string OperationId { get; init; } = "";

    /// <summary>What it does.</summary>
    [Id(1)]
    public BulkKind Kind { get; init; }

    /// <summary>What was asked for: the <c>ImportRequest</c> or <c>ExportRequest</c> as bytes.</summary>
    [Id(2)]
    public byte[] Request { get; init; } = [];

    /// <summary>When it was asked for, unix milliseconds.</summary>
    [Id(3)]
    public long CreatedAtMs { get; init; }

    /// <summary>When it ended, unix milliseconds; 0: not yet.</summary>
    [Id(4)]
    public long EndedAtMs { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(5)]
    public BulkPhase Phase { get; init; }

    /// <summary>How far it is.</summary>
    [Id(6)]
    public BulkProgress Progress { get; init; }

    /// <summary>How often it was begun or gone on with: a worker of an earlier attempt is told to stop.</summary>
    [Id(7)]
    public int Attempt { get; init; }

    /// <summary>The silo that works at it, or has its file; empty before the first attempt.</summary>
    [Id(8)]
    public string Silo { get; init; } = "";

    /// <summary>Why it ended without success.</summary>
    [Id(9)]
    public BulkFault Fault { get; init; }

    /// <summary>The same as a sentence.</summary>
    [Id(10)]
    public string Sentence { get; init; } = "";

    /// <summary>Whether it is to be cancelled.</summary>
    [Id(11)]
    public bool IsCancelled { get; init; }

    /// <summary>How many attempts began, one after the other, from <see cref="BegunAtRows"/>, and did not come further.</summary>
    [Id(12)]
    public int Stalled { get; init; }

    /// <summary>How many rows were done when the last attempt began.</summary>
    [Id(13)]
    public long BegunAtRows { get; init; }
}

/// <summary>A bulk operation, and whether the same was asked for before.</summary>
[GenerateSerializer, Immutable, Alias("zhice.bulk-answer")]
public sealed record BulkAnswer([property: Id(0)] BulkRecord Record, [property: Id(1)] bool IsRepeated);

/// <summary>What a worker tells its operation.</summary>
/// <param name="Attempt">The attempt that it works for.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="IsEnded">Whether it has ended.</param>
/// <param name="Fault">Why without success.</param>
/// <param name="Sentence">The same as a sentence.</param>
/// <param name="IsQueued">Whether it waits for its turn on the silo, and has not begun.</param>
/// <param name="IsGivenBack">Whether it ended early because it was told to, and not by a fault.</param>
[GenerateSerializer, Immutable, Alias("zhice.bulk-report")]
public sealed record BulkReport(
    [property: Id(0)] int Attempt,
    [property: Id(1)] BulkProgress Progress,
    [property: Id(2)] bool IsEnded = false,
    [property: Id(3)] BulkFault Fault = BulkFault.None,
    [property: Id(4)] string Sentence = "",
    [property: Id(5)] bool IsQueued = false,
    [property: Id(6)] bool IsGivenBack = false);

/// <summary>How much of an upload is here.</summary>
[GenerateSerializer, Immutable, Alias("zhice.upload-record")]
public readonly record struct UploadRecord([property: Id(0)] long ReceivedBytes, [property: Id(1)] bool IsComplete);

/// <summary>An entry of the list of bulk operations.</summary>
[GenerateSerializer, Immutable, Alias("zhice.bulk-entry")]
public readonly record struct BulkEntry(
    [property: Id(0)] string OperationId, [property: Id(1)] long CreatedAtMs, [property: Id(2)] long EndedAtMs);
