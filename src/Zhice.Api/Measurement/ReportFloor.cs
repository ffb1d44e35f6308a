using Google.Protobuf;
using Google.Protobuf.Reflection;
using Zhice.Api.Audiences;
using Zhice.V1;

namespace Zhice.Api.Measurement;

/// <summary>
/// Takes out of reports what is of fewer customers than the caller learns of, and what would tell it by a subtraction from the other lines
/// or from a sum that is known.
/// </summary>
/// <param name="floor">The smallest number that the caller learns of.</param>
internal readonly partial struct ReportFloor(CountFloor floor)
{
    private static readonly string[] s_ends = ["handed_over", "waiting"];

    /// <summary>Lines of too few are left out, and numbers that are too small are 0.</summary>
    public GetReportResponse Apply(GetReportResponse answer)
    {
        if (floor.Min <= 1)
        {
            return answer;
        }

        var least = floor;
        var removed = FloorCell.RemoveSmall(answer.Lines, floor, GetSize);
        var hides = removed.Count > 0;
        var gone = removed.SelectMany(GetCells).GroupBy(static cell => cell.Column)
            .ToDictionary(static column => column.Key, static column => column.Sum(static cell => cell.Cell.Value));
        var lines = answer.Lines.Select(static line => GetCells(line).ToList()).ToList();
        var columns = lines.SelectMany(static line => line).GroupBy(static cell => cell.Column)
            .Select(static column => (column.Key, Cells: column.Select(static cell => cell.Cell).ToList())).ToList();
        foreach (var (column, cells) in columns)
        {
            hides |= FloorCell.HideSmall(cells, least, gone.GetValueOrDefault(column));
        }

        // What was contacted is known where it all ended.
        foreach (var line in lines)
        {
            hides |= FloorCell.HideSmall([.. line.Where(static cell => IsEnd(cell.Column)).Select(static cell => cell.Cell)], least);
        }

        if (answer.Runs is { } runs)
        {
            var all = GetCells(runs).Select(static cell => cell.Cell).ToList();
            hides |= FloorCell.HideSmall([.. all.Where(static cell => cell.Name != "matched")], least) | FloorCell.HideSmall([all[0]], least);
        }

        answer.FewerThan = hides ? floor.Min : 0;
        return answer;
    }

    private static long GetSize(ReportLine line) => GetCells(line).Select(static cell => cell.Cell.Value).DefaultIfEmpty().Max();

    private static bool IsEnd(string column) =>
        s_ends.Contains(column) || column.StartsWith("voids/", StringComparison.Ordinal);

    // The numbers of a line with the name of their column; those of the messages in it have what these are about in the name.
    private static IEnumerable<(string Column, FloorCell Cell)> GetCells(IMessage line)
    {
        foreach (var cell in FloorCell.Of(line))
        {
            yield return (cell.Name, cell);
        }

        foreach (var field in line.Descriptor.Fields.InDeclarationOrder())
        {
            if (field is { IsRepeated: true, FieldType: FieldType.Message })
            {
                foreach (IMessage part in (System.Collections.IEnumerable)field.Accessor.GetValue(line))
                {
                    var about = string.Join('/', part.Descriptor.Fields.InDeclarationOrder()
                        .Where(static of => of.FieldType != FieldType.Int64).Select(of => of.Accessor.GetValue(part)));
                    foreach (var cell in FloorCell.Of(part))
                    {
                        yield return ($"{field.Name}/{about}/{cell.Name}", cell);
                    }
                }
            }
        }
    }
}
