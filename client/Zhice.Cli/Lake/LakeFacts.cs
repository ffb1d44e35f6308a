using System.Text;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Files.Tables;

namespace Zhice.Cli.Lake;

/// <summary>Reads the facts of a lake, file by file, in the order of the days on which they were recorded.</summary>
internal sealed class LakeFacts
{
    private readonly string[] _files;

    private LakeFacts(string[] files) => _files = files;

    /// <summary>Opens a lake.</summary>
    /// <param name="folder">The folder that `zhice facts export` wrote.</param>
    /// <exception cref="FailureException">It has no file of facts.</exception>
    public static LakeFacts Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FailureException($"There is no folder '{folder}'; write it by 'zhice facts export {folder} --from … --to …'.");
        }

        string[] files = [.. Directory.EnumerateFiles(folder, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        return files.Length > 0
            ? new(files)
            : throw new FailureException($"'{folder}' has no Parquet file; write it by 'zhice facts export {folder} --from … --to …'.");
    }

    /// <summary>Reads all facts.</summary>
    /// <param name="columns">Which columns are asked for, as the lake names them.</param>
    /// <param name="use">Gets each row, with the places of the columns.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public void ForEach(IReadOnlyList<string> columns, Action<TableReader, int[]> use, CancellationToken cancellation)
    {
        foreach (var path in _files)
        {
            cancellation.ThrowIfCancellationRequested();
            TableCells.Read(path, (table, file) =>
            {
                int[] places = [.. columns.Select(column => TableCells.Find(table, file, column))];
                table.Use(places);
                while (table.Read())
                {
                    use(table, places);
                }

                return 0;
            });
        }
    }

    /// <summary>A text of a fact.</summary>
    public static string Text(TableReader table, int column) => Encoding.UTF8.GetString(table.Text(column));

    /// <summary>The instant of a fact, unix milliseconds.</summary>
    public static long Instant(TableReader table, int column) =>
        table.TryInstant(column, out var ms) ? ms : throw TableCells.Fault(table, column, "an instant", "a timestamp");
}
