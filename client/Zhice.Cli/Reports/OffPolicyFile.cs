using System.Runtime.InteropServices;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.OffPolicy;
using Zhice.Files.Tables;

namespace Zhice.Cli.Reports;

/// <summary>Which columns of a log a report of off-policy values reads, as they were typed.</summary>
/// <param name="Reward">What came of what was shown.</param>
/// <param name="Logged">The probability with which the log's policy showed it.</param>
/// <param name="Target">The probability with which the judged policy would have shown it.</param>
/// <param name="Unsupported">The probability with which the judged policy would have shown what the log never shows; null for none.</param>
/// <param name="PredictedShown">What a model predicts for the reward of what was shown; null for none.</param>
/// <param name="PredictedTarget">What it predicts for what the judged policy would have shown; null for none.</param>
internal sealed record OffPolicyColumns(
    string Reward, string Logged, string Target, string? Unsupported, string? PredictedShown, string? PredictedTarget);

/// <summary>Reads a log of decisions, a row for each decision at a rank.</summary>
internal static class OffPolicyFile
{
    // 48 bytes each.
    private const int MaxRounds = 20_000_000;

    /// <summary>The rounds of the log.</summary>
    /// <exception cref="FailureException">It cannot be read, or a cell is none of what its column holds; the message says where.</exception>
    public static ReadOnlySpan<JudgedRound> Read(string path, OffPolicyColumns columns, CancellationToken cancellation) =>
        CollectionsMarshal.AsSpan(TableCells.Read(path, (table, file) => Read(table, file, columns, cancellation)));

    private static List<JudgedRound> Read(TableReader table, string file, OffPolicyColumns columns, CancellationToken cancellation)
    {
        var (reward, logged, target) = (Find(columns.Reward), Find(columns.Logged), Find(columns.Target));
        var (unsupported, shown, predicted) = (FindAny(columns.Unsupported), FindAny(columns.PredictedShown), FindAny(columns.PredictedTarget));
        table.Use(new[] { reward, logged, target, unsupported, shown, predicted }.Where(static column => column >= 0).Distinct());
        var rounds = new List<JudgedRound>();
        while (table.Read())
        {
            if (rounds.Count == MaxRounds)
            {
                throw new FailureException($"{file} has more than {MaxRounds:N0} rows; judge a sample of them.");
            }

            if ((rounds.Count & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            rounds.Add(new(
                TableCells.Number(table, reward, "a reward"),
                TableCells.Probability(table, logged, "a logged probability", isAboveZero: true),
                TableCells.Probability(table, target, "a probability of the judged policy", isAboveZero: false),
                unsupported < 0 ? 0 : TableCells.Probability(table, unsupported, "an unsupported probability", isAboveZero: false),
                shown < 0 ? 0 : TableCells.Number(table, shown, "a predicted reward"),
                predicted < 0 ? 0 : TableCells.Number(table, predicted, "a predicted reward")));
        }

        return rounds.Count > 0 ? rounds : throw new FailureException($"{file} has no rows.");

        int Find(string column) => TableCells.Find(table, file, column);

        int FindAny(string? column) => column is null ? -1 : Find(column);
    }
}
