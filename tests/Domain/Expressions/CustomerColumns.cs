using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Expressions;

/// <summary>The columns of some customers, made without any care for speed.</summary>
internal sealed class CustomerColumns : IColumnSource
{
    /// <summary>The catalogue of all views: to make one takes longer than to evaluate.</summary>
    public static readonly Catalog Catalog = Bank.Catalog([]);

    private readonly Dictionary<string, long> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, (long[] Values, ulong[] Present)> _tags = [];
    private readonly (long[] Values, ulong[] Present)? _stages;

    public CustomerColumns(IReadOnlyList<CustomerState> customers, IReadOnlyList<long?>? stages = null)
    {
        RowCount = customers.Count;
        _stages = stages is null ? null : Column(row => stages[row]);
        foreach (var tag in Bank.Tags)
        {
            var column = Column(row => ValueOf(tag, customers[row]));
            if (column.Present.Any(static word => (word & ~0UL) != 0))
            {
                _tags[tag.Number] = column;
            }
        }
    }

    public int RowCount { get; }

    public long NowMs => Bank.Now;

    public Column Tag(TagDefinition tag, int start, Span<long> room) =>
        _tags.TryGetValue(tag.Number, out var column) ? new Column(column.Values, column.Present).Slice(start, room.Length) : default;

    public Column Stage(JourneyStages journey, int start, Span<long> room) =>
        _stages is { } column ? new Column(column.Values, column.Present).Slice(start, room.Length) : default;

    public long NumberOf(string text) => _texts.GetValueOrDefault(text, -1);

    // What is absent is garbage in the column, and so are the bits behind the last row.
    private (long[] Values, ulong[] Present) Column(Func<int, long?> valueOf)
    {
        var (values, present) = (new long[RowCount], new ulong[(RowCount + 63) / 64]);
        var isAnyPresent = false;
        for (var row = 0; row < RowCount; row++)
        {
            values[row] = valueOf(row) ?? 30;
            isAnyPresent |= valueOf(row) is not null;
            present[row / 64] |= valueOf(row) is null ? 0 : 1UL << (row % 64);
        }

        if (isAnyPresent && RowCount % 64 != 0)
        {
            present[^1] |= ulong.MaxValue << (RowCount % 64);
        }

        return (values, present);
    }

    private long? ValueOf(TagDefinition tag, CustomerState customer)
    {
        var view = Bank.View(customer, Catalog);
        if (tag.Type != TagType.String)
        {
            return view.TryGet(tag, out var bits) ? bits : null;
        }

        if (!view.TryGetText(tag, out var text))
        {
            return null;
        }

        if (!_texts.TryGetValue(text, out var number))
        {
            _texts[text] = number = _texts.Count;
        }

        return number;
    }
}
