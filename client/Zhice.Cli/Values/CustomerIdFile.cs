using System.Text;

namespace Zhice.Cli.Values;

/// <summary>
/// A text file with a customer id a line. White space around ids is cut off, empty lines are passed over; where the first line
/// is a header with <c>customer_id</c>, the ids are in that column of comma-separated values.
/// </summary>
internal static class CustomerIdFile
{
    private const string Header = "customer_id";

    /// <summary>The ids, in the order of their lines.</summary>
    public static IEnumerable<string> Read(string path)
    {
        var (column, isFirst) = (-1, true);
        foreach (var line in File.ReadLines(path).Select(static line => line.Trim()).Where(static line => line.Length > 0))
        {
            if (isFirst && SplitCells(line).IndexOf(Header) is >= 0 and var found)
            {
                column = found;
            }
            else if (column < 0)
            {
                yield return line;
            }
            else if (SplitCells(line) is var cells && column < cells.Count && cells[column].Length > 0)
            {
                yield return cells[column];
            }

            isFirst = false;
        }
    }

    // RFC 4180 within a line: a quoted cell may hold commas, and quotes that are doubled.
    private static List<string> SplitCells(string line)
    {
        var (cells, cell, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append(line[i++]);
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (line[i] == ',' && !isQuoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }
}
