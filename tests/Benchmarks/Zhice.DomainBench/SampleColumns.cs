using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;
using Zhice.Domain.Tags;

namespace Zhice.DomainBench;

/// <summary>Columns of random customers for the tags of the example; one in ten values is missing.</summary>
internal sealed class SampleColumns : IColumnSource
{
    private readonly Dictionary<string, (long[] Values, ulong[] Present)> _columns = [];

    public SampleColumns(int rows)
    {
        RowCount = rows;
        var random = new Random(1);
        Add("age", () => random.Next(18, 90));
        Add("city", () => random.Next(30));
        Add("aum", () => random.NextInt64(0, 200_000) * Decimal4.Scale);
        Add("salary", () => random.NextInt64(0, 50_000) * Decimal4.Scale);
        Add("last_login", () => NowMs - random.NextInt64(0, 90 * 86_400_000L));
        Add("logins_7d", () => random.Next(10));

        void Add(string tag, Func<long> value)
        {
            var (values, present) = (new long[rows], new ulong[(rows + 63) / 64]);
            for (var i = 0; i < rows; i++)
            {
                values[i] = value();
                present[i / 64] |= random.Next(10) == 0 ? 0 : 1UL << (i % 64);
            }

            _columns[tag] = (values, present);
        }
    }

    public int RowCount { get; }

    public long NowMs => SampleTags.NowMs;

    public Column Tag(TagDefinition tag, int start, Span<long> room) =>
        _columns.TryGetValue(tag.Id, out var column) ? new Column(column.Values, column.Present).Slice(start, room.Length) : default;

    public Column Stage(JourneyStages journey, int start, Span<long> room) => default;

    public Column Used(string capId, int start, Span<long> room) => default;

    public ReadOnlySpan<ulong> Refusing(int start, int rows) => [];

    public long FindNumber(string text) => text == "北京" ? 3 : text == "天津" ? 7 : -1;
}
