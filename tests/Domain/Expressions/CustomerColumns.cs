using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Expressions;

/// <summary>The columns of some customers, made without any care for speed.</summary>
internal sealed class CustomerColumns : IColumnSource
{
    /// <summary>The catalogue of all views: to make one takes longer than to evaluate.</summary>
    public static readonly Catalog Catalog = Bank.Catalog(
        [],
        new ContactCap("weekly", CapScope.All, 0, 3, CapWindow.Sliding(7 * Bank.DayMs)),
        new ContactCap("app_daily", CapScope.Channel, Bank.App, 2, CapWindow.Calendar(CalendarPeriod.Day)));

    private readonly Dictionary<string, long> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, (long[] Values, ulong[] Present)> _tags = [];
    private readonly (long[] Values, ulong[] Present)? _stages;
    private readonly Dictionary<string, (long[] Values, ulong[] Present)> _used = new(StringComparer.Ordinal);

    private readonly ulong[] _refusing;

    public CustomerColumns(IReadOnlyList<CustomerState> customers, IReadOnlyList<long?>? stages = null)
    {
        RowCount = customers.Count;
        _refusing = new ulong[(RowCount + 63) / 64];
        foreach (var (row, customer) in customers.Index())
        {
            _refusing[row / 64] |= customer.Consents.Allows(channel: 0, Purpose.Personalization) ? 0 : 1UL << (row % 64);
        }

        _stages = stages is null ? null : Column(row => stages[row]);
        foreach (var cap in Catalog.ContactPolicy.Caps)
        {
            _used[cap.Id] = Column(row =>
                Catalog.ContactPolicy.Used(cap.Id, customers[row].ContactState, NowMs) is > 0 and var used ? used : null);
        }

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

    public Column Used(string capId, int start, Span<long> room) =>
        new Column(_used[capId].Values, _used[capId].Present).Slice(start, room.Length);

    public ReadOnlySpan<ulong> Refusing(int start, int rows) => _refusing.AsSpan(start / 64, (rows + 63) / 64);

    public long FindNumber(string text) => _texts.GetValueOrDefault(text, -1);

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
