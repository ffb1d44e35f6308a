using System.Text;
using Zhice.Cli.Running;
using Zhice.Files.Tables;

namespace Zhice.Cli.Reports;

/// <summary>What a file says of customers: their AUM, and whether they have churned. 'zhice export' writes such a file.</summary>
internal sealed class ValueFile
{
    private const string CustomerColumn = "customer_id";
    private const double FenAYuan = 100;

    private readonly Dictionary<string, ValueRow> _rows = new(StringComparer.Ordinal);

    private ValueFile()
    {
    }

    /// <summary>What it says of a customer; null for nothing.</summary>
    public ValueRow? Find(string customerId) => _rows.TryGetValue(customerId, out var row) ? row : null;

    /// <summary>Reads a file.</summary>
    /// <param name="path">CSV or Parquet, with customer_id.</param>
    /// <param name="aum">The column of the AUM, in yuan.</param>
    /// <param name="churn">The column that says who has churned, or COLUMN=VALUE; null for none.</param>
    /// <param name="isMeant">Whether a customer is asked for; the others are not kept.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FailureException">A column is missing, a cell is none of what it must be, or a customer is there twice.</exception>
    public static ValueFile Read(string path, string aum, string? churn, Func<string, bool> isMeant, CancellationToken cancellation) =>
        TableCells.Read(path, (table, file) =>
        {
            var (found, equals) = (new ValueFile(), churn?.IndexOf('=', StringComparison.Ordinal) ?? -1);
            var (column, value) = equals > 0 ? (churn![..equals], churn[(equals + 1)..]) : (churn, null);
            var (id, amount) = (TableCells.Find(table, file, CustomerColumn), TableCells.Find(table, file, aum));
            var churned = column is null ? -1 : TableCells.Find(table, file, column);
            table.Use(churned < 0 ? [id, amount] : [id, amount, churned]);
            while (table.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                var customer = Encoding.UTF8.GetString(table.Text(id));
                if (!isMeant(customer))
                {
                    continue;
                }

                var row = new ValueRow(
                    table.Text(amount).IsEmpty ? null : (long)Math.Round(FenAYuan * TableCells.Number(table, amount, "an AUM in yuan")),
                    churned < 0 || table.Text(churned).IsEmpty ? null : IsChurned(table, churned, value));
                if (!found._rows.TryAdd(customer, row))
                {
                    throw new FailureException($"{table.Place}: a customer is in the file twice; it must have one row for each.");
                }
            }

            return found;
        });

    private static bool IsChurned(TableReader table, int column, string? value)
    {
        var cell = table.Text(column);
        return value is not null ? cell.SequenceEqual(Encoding.UTF8.GetBytes(value))
            : cell is [(byte)'1'] || Ascii.EqualsIgnoreCase(cell, "true"u8) ? true
            : cell is [(byte)'0'] || Ascii.EqualsIgnoreCase(cell, "false"u8) ? false
            : throw TableCells.Fault(table, column, "whether the customer has churned", "1 or 0, true or false; for other values write COLUMN=VALUE");
    }
}

/// <summary>What a file says of a customer.</summary>
/// <param name="AumFen">The AUM in fen; null for an empty cell.</param>
/// <param name="IsChurned">Whether the customer has churned; null where it is not said.</param>
internal readonly record struct ValueRow(long? AumFen, bool? IsChurned);
