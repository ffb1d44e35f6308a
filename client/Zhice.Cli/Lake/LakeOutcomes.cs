using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.Attribution;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Primitives;
using Zhice.Files.Tables;

namespace Zhice.Cli.Lake;

/// <summary>An outcome of a lake.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="Outcome">The outcome, with the contact or decision that its event names.</param>
/// <param name="IsLost">Whether its event names a contact or decision that the customer's state did not have.</param>
internal sealed record LakeOutcome(string Customer, AttributedOutcome Outcome, bool IsLost);

/// <summary>Reads the outcomes of a lake.</summary>
internal static class LakeOutcomes
{
    private static readonly string[] s_columns = ["kind", "reason", "date", "customer_id", "time", "amount_fen", "rank", "about"];

    /// <summary>The outcomes of one id.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="outcomeId">The id.</param>
    /// <param name="from">From this day of the bank on.</param>
    /// <param name="to">To this day, which is included.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FailureException">There is none; the message names those that there are.</exception>
    public static List<LakeOutcome> Read(LakeFacts lake, string outcomeId, DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        var (found, others) = (new List<LakeOutcome>(), new SortedSet<string>(StringComparer.Ordinal));
        lake.ForEach(s_columns, (table, at) =>
        {
            if (!table.Text(at[0]).SequenceEqual("OUTCOME"u8))
            {
                return;
            }

            var id = LakeFacts.Text(table, at[1]);
            if (id != outcomeId)
            {
                others.Add(id);
                return;
            }

            if (GetDay(table, at[2]) is var day && day >= from && day <= to)
            {
                found.Add(Create(table, at));
            }
        }, cancellation);
        return found.Count > 0
            ? found
            : throw new FailureException(others.Count > 0
                ? $"The lake has no outcome '{outcomeId}' of these days. It has others: {string.Join(", ", others)}."
                : $"The lake has no outcome '{outcomeId}' of these days.");
    }

    private static LakeOutcome Create(TableReader table, int[] at)
    {
        var fen = (long)TableCells.Number(table, at[5], "an amount in fen");
        var (basis, about) = ((BookedBy)(int)TableCells.Number(table, at[6], "a rank"), LakeFacts.Text(table, at[7]));
        var isKnown = ContactId.TryParse(about, out var id);
        return new(
            LakeFacts.Text(table, at[3]),
            new(
                fen, LakeFacts.Instant(table, at[4]), basis == BookedBy.Contact && isKnown ? id : null,
                basis == BookedBy.Decision && isKnown ? id.Decision : null),
            IsLost: basis != BookedBy.LastTouch && !isKnown);
    }

    private static DateOnly GetDay(TableReader table, int column) =>
        table.TryInstant(column, out var ms)
            ? FactDays.FromStart(ms)
            : throw TableCells.Fault(table, column, "a day of the bank", "a date");
}
