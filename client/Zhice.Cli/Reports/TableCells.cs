using System.Text;
using Zhice.Cli.Running;
using Zhice.Files;
using Zhice.Files.Tables;

namespace Zhice.Cli.Reports;

/// <summary>Columns and cells of files of reports, with sentences for those that are not right.</summary>
internal static class TableCells
{
    // More than all money of a country in any unit; the squares of such numbers, and their sums, are still exact enough.
    private const double MaxNumber = 1e15;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it; it gets the table, and the name for people.</param>
    /// <exception cref="FailureException">It cannot be read; the message says why.</exception>
    public static T Read<T>(string path, Func<TableReader, string, T> read)
    {
        try
        {
            using var table = TableReader.Open(path);
            return read(table, Path.GetFileName(path));
        }
        catch (UnreadableFileException fault)
        {
            // Imports say it too, and nothing is loaded here.
            throw new FailureException(
                $"{Path.GetFileName(path)}: {fault.Message.Replace(" Nothing was loaded.", "", StringComparison.Ordinal)}");
        }
    }

    /// <summary>The place of a column.</summary>
    /// <exception cref="FailureException">There is none, or there are several; the message says which there are.</exception>
    public static int Find(TableReader table, string file, string column)
    {
        int[] found = [.. Enumerable.Range(0, table.Columns.Length).Where(i => table.Columns[i] == column)];
        return found switch
        {
            [var one] => one,
            [] => throw new FailureException($"{file} has no column '{column}'. It has: {string.Join(", ", table.Columns.Take(40))}."),
            _ => throw new FailureException($"{file} has {found.Length} columns '{column}'; their names must differ."),
        };
    }

    /// <summary>A number of a cell.</summary>
    /// <exception cref="FailureException">There is none, or it is beyond 1e15; the message says where.</exception>
    public static double Number(TableReader table, int column, string what) =>
        !table.TryNumber(column, out var number)
            ? throw Fault(table, column, what, "a number such as 12.50; write 0 where there is none")
            : Math.Abs(number) > MaxNumber
                ? throw Fault(table, column, what, "a number from -1e15 to 1e15; a larger one is a mistake in the file")
                : number;

    /// <summary>A probability of a cell.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="what">What it is.</param>
    /// <param name="isAboveZero">Whether it must not be 0.</param>
    /// <exception cref="FailureException">There is none; the message says where.</exception>
    public static double Probability(TableReader table, int column, string what, bool isAboveZero) =>
        table.TryNumber(column, out var number) && number is >= 0 and <= 1 && (number > 0 || !isAboveZero)
            ? number
            : throw Fault(table, column, what, isAboveZero ? "a number above 0 and at most 1" : "a number from 0 to 1");

    /// <summary>What is wrong with a cell, and what would be right.</summary>
    public static FailureException Fault(TableReader table, int column, string what, string right)
    {
        var cell = table.Text(column);
        var found = cell.IsEmpty ? "an empty cell" : $"'{Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 60)])}'";
        return new($"{table.Place}, column '{table.Columns[column]}': expected {what}, {right}; found {found}.");
    }
}
