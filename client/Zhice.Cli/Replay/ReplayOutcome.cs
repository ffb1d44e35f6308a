using System.Collections.Immutable;

namespace Zhice.Cli.Replay;

/// <summary>A row whose action was not offered, so that nothing was predicted.</summary>
/// <param name="Row">The row, from 1.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="DecisionId">The decision that did not offer it.</param>
/// <param name="Why">Why; null when it was not asked for.</param>
internal sealed record NotOffered(int Row, string CustomerId, string DecisionId, string? Why);

/// <summary>A row whose feedback was not recorded as new.</summary>
/// <param name="Row">The row, from 1.</param>
/// <param name="Why">What the server said.</param>
internal readonly record struct NotRecorded(int Row, string Why);

/// <summary>What a replay found.</summary>
/// <param name="RunId">The run's id, part of its event ids.</param>
/// <param name="Score">How well the propensities ranked the rows that were offered.</param>
/// <param name="NotOffered">The rows that were not.</param>
/// <param name="NotRecorded">The feedback that was refused or a duplicate.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record ReplayOutcome(
    string RunId, ReplayScore Score, ImmutableArray<NotOffered> NotOffered, ImmutableArray<NotRecorded> NotRecorded, TimeSpan Elapsed)
{
    /// <summary>How many rows were replayed.</summary>
    public int Rows => Score.Rows + NotOffered.Length;

    /// <summary>How many rows a second.</summary>
    public double RowsPerSecond => Rows / Elapsed.TotalSeconds;
}
