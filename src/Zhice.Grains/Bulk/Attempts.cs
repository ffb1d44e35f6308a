using Zhice.Contracts.Bulk;

namespace Zhice.Grains.Bulk;

/// <summary>
/// Counts how often an operation began without coming further: a file that ends the process each time it is read must not do so for ever.
/// </summary>
internal static class Attempts
{
    private const int MaxAttempts = 3;

    /// <summary>What is said of an import that is not begun again.</summary>
    public static readonly string Stalled = $"{MaxAttempts} attempts ended without a row: the file cannot be read, or reading it ends the silo.";

    /// <summary>An attempt begins, from the progress of the record.</summary>
    public static BulkRecord Begin(BulkRecord record) => record with
    {
        Stalled = record.Stalled > 0 && record.Progress.Rows <= record.BegunAtRows ? record.Stalled + 1 : 1,
        BegunAtRows = record.Progress.Rows,
    };

    /// <summary>The attempt was ended from outside, such as by a silo that is stopped: it says nothing of the file.</summary>
    public static BulkRecord GiveBack(BulkRecord record) => record with { Stalled = Math.Max(0, record.Stalled - 1) };

    /// <summary>Whether it must not begin. An export is read from the store, whose files nobody sends.</summary>
    public static bool IsStalled(BulkRecord record) => record is { Kind: BulkKind.Import, Stalled: > MaxAttempts };
}
