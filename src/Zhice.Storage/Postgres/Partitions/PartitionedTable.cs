using System.Globalization;

namespace Zhice.Storage.Postgres.Partitions;

/// <summary>A table with a partition for each day, or each month, in UTC.</summary>
/// <param name="Name">Its name; a partition's is followed by "_20260131" or "_202601".</param>
/// <param name="Columns">What a partition is made of.</param>
/// <param name="IsByMonth">Whether a partition has a month; else a day.</param>
/// <param name="StartOfDay">What follows a day, where the bounds are instants.</param>
internal sealed record PartitionedTable(string Name, string Columns, bool IsByMonth = false, string StartOfDay = "")
{
    /// <summary>The ledger of contacts.</summary>
    public static PartitionedTable Ledger { get; } = new(
        "contact_ledger",
        "(LIKE contact_ledger INCLUDING DEFAULTS, PRIMARY KEY (bucket, contact_id)) WITH (autovacuum_vacuum_insert_scale_factor = 0.05)",
        IsByMonth: true);

    /// <summary>Answers that states have no room for.</summary>
    public static PartitionedTable Answers { get; } = new(
        "given_answer", "(LIKE given_answer INCLUDING DEFAULTS, PRIMARY KEY (bucket, customer_id, id_hash))");

    /// <summary>The log of decisions.</summary>
    public static PartitionedTable Decisions { get; } = new(
        "decision_log", "(LIKE decision_log INCLUDING ALL)", StartOfDay: " 00:00:00+00");

    /// <summary>Facts, by the day on which they were recorded.</summary>
    public static PartitionedTable Facts { get; } = new(
        "fact", "(LIKE fact INCLUDING ALL) WITH (autovacuum_vacuum_insert_scale_factor = 0.05)");

    /// <summary>The names of its partitions; those of what is older than all of them too.</summary>
    public string Pattern => $"^{Name}_(until_)?[0-9]+$";

    /// <summary>The partition of a day.</summary>
    public string PartitionName(DateOnly day) => $"{Name}_{day.ToString(Format, CultureInfo.InvariantCulture)}";

    /// <summary>The bounds of a day's partition.</summary>
    public string Bounds(DateOnly day) =>
        FormattableString.Invariant($"FROM ('{First(day):yyyy-MM-dd}{StartOfDay}') TO ('{Next(day):yyyy-MM-dd}{StartOfDay}')");

    /// <summary>The first day after a day's partition.</summary>
    public DateOnly Next(DateOnly day) => IsByMonth ? First(day).AddMonths(1) : day.AddDays(1);

    /// <summary>The first day after a partition.</summary>
    public DateOnly End(string partition) =>
        Next(DateOnly.ParseExact(partition[(partition.LastIndexOf('_') + 1)..], Format, CultureInfo.InvariantCulture));

    private string Format => IsByMonth ? "yyyyMM" : "yyyyMMdd";

    private DateOnly First(DateOnly day) => IsByMonth ? new(day.Year, day.Month, 1) : day;
}
