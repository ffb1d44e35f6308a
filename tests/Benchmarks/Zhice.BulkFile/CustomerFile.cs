using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;
using Zhice.V1;

namespace Zhice.BulkFile;

/// <summary>Customers with all 60 tags, the same for the same number of rows.</summary>
internal static class CustomerFile
{
    private const int Seed = 20_261_101;
    private const int RowsInGroup = 50_000;
    private static readonly DateTime Epoch = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static void WriteCsv(string path, int rows)
    {
        var dice = new Random(Seed);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" };
        file.WriteLine("customer_id," + string.Join(',', SixtyTags.All.Select(tag => tag.Id)));
        var line = new StringBuilder(700);
        for (var row = 0; row < rows; row++)
        {
            line.Clear().Append(IdOf(row));
            foreach (var (_, type) in SixtyTags.All)
            {
                line.Append(',');
                _ = Value(type, dice) switch
                {
                    bool truth => line.Append(truth ? "true" : "false"),
                    DateTime time => line.Append(time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
                    var value => line.Append(CultureInfo.InvariantCulture, $"{value}"),
                };
            }

            file.WriteLine(line);
        }
    }

    public static async Task WriteParquetAsync(string path, int rows)
    {
        var dice = new Random(Seed);
        DataField[] fields = [new DataField("customer_id", typeof(string), isNullable: false), .. SixtyTags.All.Select(tag => new DataField(tag.Id, TypeOf(tag.Type), isNullable: false))];
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file);
        for (var first = 0; first < rows; first += RowsInGroup)
        {
            var count = Math.Min(RowsInGroup, rows - first);
            var values = new object[SixtyTags.All.Count][];
            for (var column = 0; column < values.Length; column++)
            {
                values[column] = new object[count];
            }

            for (var row = 0; row < count; row++)
            {
                for (var column = 0; column < values.Length; column++)
                {
                    values[column][row] = Value(SixtyTags.All[column].Type, dice);
                }
            }

            using var group = writer.CreateRowGroup();
            await group.WriteAsync(fields[0], (IReadOnlyCollection<string>)Enumerable.Range(first, count).Select(IdOf).ToArray());
            for (var column = 0; column < values.Length; column++)
            {
                await WriteAsync(group, fields[column + 1], values[column]);
            }
        }
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, object[] values) => values[0] switch
    {
        bool => group.WriteAsync<bool>(field, values.Cast<bool>().ToArray().AsMemory()),
        long => group.WriteAsync<long>(field, values.Cast<long>().ToArray().AsMemory()),
        double => group.WriteAsync<double>(field, values.Cast<double>().ToArray().AsMemory()),
        DateTime => group.WriteAsync<DateTime>(field, values.Cast<DateTime>().ToArray().AsMemory()),
        _ => group.WriteAsync(field, (IReadOnlyCollection<string>)values.Cast<string>().ToArray()),
    };

    private static string IdOf(int row) => row.ToString("0000000000", CultureInfo.InvariantCulture);

    private static object Value(TagType type, Random dice) => type switch
    {
        TagType.Integer => (long)dice.Next(0, dice.Next(2) == 0 ? 100 : 1_000_000),
        TagType.Decimal => dice.Next(0, 50_000_000) / 100.0,
        TagType.Bool => dice.Next(2) == 0,
        TagType.Enum => SixtyTags.Segments[dice.Next(SixtyTags.Segments.Length)],
        TagType.Time => Epoch.AddSeconds(dice.Next(0, 200_000_000)),
        _ => $"branch-{dice.Next(0, 5_000):0000}",
    };

    private static Type TypeOf(TagType type) => type switch
    {
        TagType.Integer => typeof(long),
        TagType.Decimal => typeof(double),
        TagType.Bool => typeof(bool),
        TagType.Time => typeof(DateTime),
        _ => typeof(string),
    };
}
