using System.Globalization;
using System.Text;
using Zhice.Cli.Lake;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Contacts;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Reports;
using Zhice.Files;
using Zhice.Files.Tables;

namespace Zhice.Cli.Behavior;

/// <summary>
/// Reads events of customers from files with the columns of a lake: customer_id, event_type_id, time; and, where they are there, date,
/// channel_id, about (the properties as a JSON object) and kind (of which only BEHAVED is read).
/// </summary>
internal sealed class BehaviorFiles
{
    // 24 bytes each, and as much again to tell customers apart.
    private const int MaxEvents = 30_000_000;

    private static readonly BankCalendar s_calendar = new(BankCalendar.DefaultZone);

    private readonly HashSet<ulong>? _customers;
    private readonly IReadOnlyList<string> _files;
    private readonly int _parts;

    /// <param name="paths">Files, or folders with files.</param>
    /// <param name="customers">A list of customers; null for all.</param>
    /// <param name="share">The share of the customers; 0 for all.</param>
    /// <exception cref="UsageException">There are no such files, or the share is none.</exception>
    public BehaviorFiles(IEnumerable<string> paths, string? customers, double share)
    {
        _files = [.. paths.SelectMany(Find)];
        _customers = customers is null ? null : [.. CustomerIdFile.Read(customers).Select(BehaviorLog.GetHash)];
        _parts = share == 0 ? int.MaxValue
            : share is > 0 and <= 1 ? BehaviorSample.ToParts(share)
            : throw new UsageException("--share must be above 0 and at most 1.");
    }

    /// <summary>The events that an analysis needs.</summary>
    /// <param name="days">The days of the bank.</param>
    /// <param name="analysis">The analysis.</param>
    /// <param name="keepsIds">Whether customers are to be named.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FailureException">A file cannot be read; the sentence says where.</exception>
    public BehaviorLog Read(DayRange days, BehaviorAnalysis analysis, bool keepsIds, CancellationToken cancellation)
    {
        var log = new BehaviorLog(MaxEvents, keepsIds);
        var types = analysis.EventTypes.Select(Encoding.UTF8.GetBytes).ToArray();
        foreach (var file in _files)
        {
            try
            {
                using var table = TableReader.Open(file);
                Read(table, file, (days, analysis, types), log, cancellation);
            }
            catch (UnreadableFileException fault)
            {
                throw new FailureException($"{file}: {fault.Message.Replace(" Nothing was loaded.", "", StringComparison.Ordinal)}");
            }
        }

        return log;
    }

    private void Read(
        TableReader table, string file, (DayRange Days, BehaviorAnalysis Analysis, byte[][] Types) asked, BehaviorLog log,
        CancellationToken cancellation)
    {
        int Column(string name, bool isNeeded) => table.Columns.IndexOf(name) is >= 0 and var at ? at : isNeeded
            ? throw new FailureException($"{file} has no column '{name}'; it has {string.Join(", ", table.Columns)}. Events have customer_id, event_type_id and time.")
            : -1;
        var (customer, type, time) = (Column("customer_id", true), Column("event_type_id", true), Column("time", true));
        var (date, channel, about, kind) = (Column("date", false), Column("channel_id", false), Column("about", false), Column("kind", false));
        table.Use(new[] { customer, type, time, date, channel, about, kind }.Where(static column => column >= 0));
        string Cell(int column) => column < 0 ? "" : Encoding.UTF8.GetString(table.Text(column));
        for (var row = 0L; table.Read(); row++)
        {
            if ((row & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if ((kind >= 0 && !table.Text(kind).SequenceEqual("BEHAVED"u8)) || !IsAsked(table.Text(type), asked.Types))
            {
                continue;
            }

            var id = Cell(customer);
            var atMs = ParseTime(table, time);
            var day = date < 0 ? s_calendar.GetDay(atMs) : ParseDay(table, date);
            var record = new BehaviorRecord(id, Cell(type), Cell(channel), atMs, day) { Properties = Cell(about) };
            if (asked.Days.Has(day) && BehaviorSample.Has(id, _parts) && (_customers?.Contains(BehaviorLog.GetHash(id)) ?? true)
                && asked.Analysis.GetCode(record) is >= 0 and var code && !log.TryAdd(id, atMs, day, code))
            {
                throw new FailureException($"There are more than {NumberText.Count(MaxEvents)} events; ask for fewer days, or for a --share of the customers.");
            }
        }
    }

    private static bool IsAsked(ReadOnlySpan<byte> type, byte[][] types)
    {
        foreach (var each in types)
        {
            if (type.SequenceEqual(each))
            {
                return true;
            }
        }

        return types.Length == 0 && !type.IsEmpty;
    }

    private static IEnumerable<string> Find(string path)
    {
        string[] found = Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(static file => Path.GetExtension(file) is ".parquet" or ".csv" or ".gz").Order(StringComparer.Ordinal)]
            : File.Exists(path) ? [path] : [];
        return found.Length > 0 ? found : throw new UsageException($"'{path}' is no file, and no folder with files .parquet, .csv or .csv.gz.");
    }

    private static long ParseTime(TableReader table, int column) => table.TryInstant(column, out var atMs)
        ? atMs
        : throw Fault(table, column, $"an instant such as {InstantText.Example}");

    private static int ParseDay(TableReader table, int column)
    {
        if (table.TryInstant(column, out var atMs))
        {
            return s_calendar.GetDay(atMs);
        }

        return DateOnly.TryParseExact(
            Encoding.UTF8.GetString(table.Text(column)), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? ReportDimensions.ToDay(day)
            : throw Fault(table, column, $"a day such as {FactDays.Format(new(2026, 11, 29))}");
    }

    private static FailureException Fault(TableReader table, int column, string what)
    {
        var cell = table.Text(column);
        return new($"{table.Place}, column '{table.Columns[column]}': expected {what}; found '{Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 60)])}'.");
    }
}
