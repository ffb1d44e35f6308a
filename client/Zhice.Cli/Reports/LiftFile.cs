using System.Buffers;
using System.Text;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.Reports;
using Zhice.Files.Tables;

namespace Zhice.Cli.Reports;

/// <summary>What a file of an experiment holds, customer by customer added up.</summary>
/// <param name="Tally">The customers.</param>
/// <param name="Arms">The names of the arms, by their numbers.</param>
/// <param name="Groups">The names of the groups, by their numbers.</param>
/// <param name="WithoutArm">How many rows have no arm, and were left out.</param>
internal sealed record LiftFile(LiftTally Tally, IReadOnlyList<string> Arms, IReadOnlyList<string> Groups, long WithoutArm)
{
    private const int MaxArms = 50;
    private const int MaxGroups = 1_000;

    /// <summary>Reads a file, CSV or Parquet, a row for each customer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FailureException">It cannot be read, or a cell is none of what its column
    /// holds; the message says where.</exception>
    public static LiftFile Read(string path, LiftColumns columns, CancellationToken cancellation) =>
        TableCells.Read(path, (table, file) => Read(table, columns, file, cancellation));

    private static LiftFile Read(TableReader table, LiftColumns columns, string file, CancellationToken cancellation)
    {
        var places = columns.FindIn(table, file);
        table.Use(places.All.Distinct());
        var tally = new LiftTally(new(columns.Outcomes, columns.Amounts, columns.Covariate is not null, columns.By.Length > 0));
        var arms = new NameTable(
            MaxArms, $"The column '{columns.Arm}' has more than {MaxArms} different values; it must say the arm of an experiment.");
        var groups = new NameTable(
            MaxGroups, $"'{string.Join(", ", columns.By)}' make more than {MaxGroups:N0} groups; group by what has few values.");
        var (values, name, withoutArm) = (new double[tally.Questions.Measures], new ArrayBufferWriter<byte>(256), 0L);
        while (table.Read())
        {
            if ((tally.Customers & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if (table.Text(places.Arm).IsEmpty)
            {
                withoutArm++;
                continue;
            }

            for (var i = 0; i < places.Outcomes.Length; i++)
            {
                values[i] = Outcome(table, places.Outcomes[i]);
            }

            for (var i = 0; i < places.Amounts.Length; i++)
            {
                values[places.Outcomes.Length + i] = TableCells.Number(table, places.Amounts[i], "an amount");
            }

            var covariate = places.Covariate is { } before ? TableCells.Number(table, before, "a covariate") : 0;
            tally.Add(arms.Find(table.Text(places.Arm)), Group(table, places.By, name, groups), values, covariate);
        }

        return new(tally, arms.Names, groups.Names, withoutArm);
    }

    private static int Group(TableReader table, int[] columns, ArrayBufferWriter<byte> name, NameTable groups)
    {
        if (columns.Length < 2)
        {
            return columns.Length == 0 ? 0 : groups.Find(table.Text(columns[0]));
        }

        name.ResetWrittenCount();
        for (var i = 0; i < columns.Length; i++)
        {
            name.Write(i == 0 ? default : ", "u8);
            name.Write(table.Text(columns[i]));
        }

        return groups.Find(name.WrittenSpan);
    }

    private static double Outcome(TableReader table, int column)
    {
        var cell = table.Text(column);
        return cell is [(byte)'1'] || Ascii.EqualsIgnoreCase(cell, "true"u8) ? 1
            : cell is [(byte)'0'] || Ascii.EqualsIgnoreCase(cell, "false"u8) ? 0
            : throw TableCells.Fault(table, column, "an outcome", "1 or 0, or true or false; how often or how much is an --amount");
    }
}
