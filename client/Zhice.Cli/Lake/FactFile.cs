using Parquet;
using Parquet.Schema;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Lake;

/// <summary>Writes facts to a Parquet file, in groups of rows that fit into memory.</summary>
internal sealed class FactFile : IAsyncDisposable
{
    private const int RowsInGroup = 100_000;

    private static readonly (string Name, Func<Fact, string> Get)[] s_texts =
    [
        ("kind", static fact => EnumName.UpperSnake(fact.Kind.ToString())), ("key", static fact => fact.Key),
        ("customer_id", static fact => fact.CustomerId),
        ("campaign_id", static fact => fact.CampaignId), ("journey_id", static fact => fact.JourneyId),
        ("stage_id", static fact => fact.StageId),
        ("action_id", static fact => fact.ActionId), ("channel_id", static fact => fact.ChannelId),
        ("placement_id", static fact => fact.PlacementId),
        ("treatment_id", static fact => fact.TreatmentId), ("arm_id", static fact => fact.ArmId), ("tier", static fact => fact.Tier),
        ("event_type_id", static fact => fact.EventTypeId), ("reason", static fact => fact.Reason), ("about", static fact => fact.About),
    ];

    private static readonly ParquetSchema s_schema = new(
    [
        .. s_texts.Select(static text => new DataField(text.Name, typeof(string), isNullable: false)),
        new DateTimeDataField("time", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: false),
        new DateTimeDataField("date", DateTimeFormat.Date, isNullable: false),
        new DataField<int>("code"), new DataField<int>("rank"), new DataField<float>("probability"), new DataField<long>("amount_fen"),
    ]);

    private readonly ParquetWriter _file;
    private readonly List<Fact> _rows = new(RowsInGroup);

    private FactFile(ParquetWriter file) => _file = file;

    /// <summary>How many rows were written.</summary>
    public long Rows { get; private set; }

    public static async Task<FactFile> CreateAsync(Stream stream) => new(await ParquetWriter.CreateAsync(s_schema, stream));

    public async Task WriteAsync(IEnumerable<Fact> facts)
    {
        foreach (var fact in facts)
        {
            _rows.Add(fact);
            if (_rows.Count == RowsInGroup)
            {
                await WriteGroupAsync();
            }
        }
    }

    /// <summary>Writes what is left. Without it the file is not whole.</summary>
    public async Task EndAsync()
    {
        if (_rows.Count > 0)
        {
            await WriteGroupAsync();
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task WriteGroupAsync()
    {
        using var group = _file.CreateRowGroup();
        var fields = s_schema.GetDataFields();
        for (var i = 0; i < s_texts.Length; i++)
        {
            await group.WriteAsync(fields[i], (IReadOnlyCollection<string>)[.. _rows.Select(s_texts[i].Get)]);
        }

        var at = s_texts.Length;
        await group.WriteAsync<DateTime>(fields[at++], _rows.Select(static fact => fact.Time.ToDateTime()).ToArray());
        await group.WriteAsync<DateTime>(
            fields[at++], _rows.Select(static fact => FactDays.Parse(fact.Date).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)).ToArray());
        await group.WriteAsync<int>(fields[at++], _rows.Select(static fact => fact.Code).ToArray());
        await group.WriteAsync<int>(fields[at++], _rows.Select(static fact => fact.Rank).ToArray());
        await group.WriteAsync<float>(fields[at++], _rows.Select(static fact => fact.Probability).ToArray());
        await group.WriteAsync<long>(fields[at], _rows.Select(static fact => fact.AmountFen).ToArray());
        Rows += _rows.Count;
        _rows.Clear();
    }
}
