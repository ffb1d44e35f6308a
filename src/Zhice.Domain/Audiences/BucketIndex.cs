using System.Runtime.InteropServices;
using System.Text;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Audiences;

/// <summary>
/// The tags of a bucket's customers as columns, to find those for whom an expression holds. Each row has the version of
/// its customer's state: what is late or comes again changes nothing.
/// </summary>
/// <remarks>Not thread-safe: its owner lets one at a time work with it.</remarks>
public sealed class BucketIndex : IColumnSource
{
    private readonly ByteKeys _keys = new();
    private readonly ByteKeys _texts = new();
    private PackedColumn?[] _columns = [];

    // By the numbers of journeys: the number of the stage.
    private PackedColumn?[] _stages = [];
    // By the caps that have one count for each customer: what is used up of them.
    private readonly Dictionary<string, PackedColumn> _used = new(StringComparer.Ordinal);

    // The rows of customers who refused that their profile is used.
    private ulong[] _refusing = [];
    private long[] _versions = [];
    private long[] _changesAtMs = [];
    private long _nextChangeMs = long.MaxValue;

    // The day that was last asked for: from an instant of it to its end.
    private int _day;
    private long _dayStartMs = long.MaxValue;
    private long _nextDayMs;

    /// <summary>An empty index.</summary>
    /// <param name="catalog">Whose tags it has.</param>
    public BucketIndex(Catalog catalog) => Catalog = catalog;

    /// <summary>The catalogue whose tags it has.</summary>
    public Catalog Catalog { get; private set; }

    /// <summary>Goes over to another version of the catalogue.</summary>
    /// <returns>False when that has other tags, caps or another time zone: then the customers are to be read again.</returns>
    public bool TryFollow(Catalog catalog)
    {
        if (Catalog != catalog && Catalog.HasSameTags(catalog) && Catalog.Calendar.HasSameDays(catalog.Calendar)
            && Catalog.ContactPolicy.Caps.SequenceEqual(catalog.ContactPolicy.Caps)
            && Catalog.ContactPolicy.Categories.IsSame(catalog.ContactPolicy.Categories))
        {
            Catalog = catalog;
        }

        return Catalog == catalog;
    }

    /// <inheritdoc/>
    public int RowCount => _keys.Count;

    /// <summary>The instant of a question that is being answered.</summary>
    public long NowMs { get; set; }

    /// <summary>From when on a row's values may be others though nothing was committed, unix milliseconds.</summary>
    public long ChangesAtMs => Volatile.Read(ref _nextChangeMs);

    /// <summary>What it takes of memory, about: its arrays.</summary>
    public long Bytes =>
        _keys.Bytes + (sizeof(long) * ((long)_versions.Length + _changesAtMs.Length + _columns.Length + _refusing.Length))
        + _texts.Bytes + _columns.Concat(_stages).Concat(_used.Values).Sum(static column => column?.Bytes ?? 0);

    /// <summary>Takes in a customer's state, unless the row has it, or a newer one.</summary>
    /// <param name="id">The customer's id, as UTF-8.</param>
    /// <param name="state">The state.</param>
    /// <param name="version">Its version.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="again">True: the same version too, since time has passed.</param>
    /// <returns>Whether it was taken.</returns>
    public bool Take(ReadOnlySpan<byte> id, CustomerState state, long version, long nowMs, bool again = false)
    {
        var row = _keys.Find(id);
        if (row >= 0 && (version < _versions[row] || (version == _versions[row] && !again)))
        {
            return false;
        }

        if (row < 0)
        {
            row = _keys.Add(id);
            if (_versions.Length < _keys.Room)
            {
                Array.Resize(ref _versions, _keys.Room);
                Array.Resize(ref _changesAtMs, _keys.Room);
                Array.Resize(ref _refusing, (_keys.Room + 63) / 64);
            }
        }

        else
        {
            foreach (var column in _columns)
            {
                column?.Clear(row);
            }

            foreach (var column in _stages)
            {
                column?.Clear(row);
            }

            foreach (var column in _used.Values)
            {
                column.Clear(row);
            }
        }

        _versions[row] = version;
        var bit = 1UL << (row % 64);
        _refusing[row / 64] = state.Consents.Allows(channel: 0, Purpose.Personalization)
            ? _refusing[row / 64] & ~bit
            : _refusing[row / 64] | bit;
        TakeStages(row, state);
        var changesAtMs = TakeTags(row, state, nowMs);
        changesAtMs = Math.Min(changesAtMs, TakeLiveTags(row, state, nowMs));
        changesAtMs = Math.Min(changesAtMs, TakeUsed(row, state, nowMs));
        _changesAtMs[row] = changesAtMs;
        _nextChangeMs = Math.Min(_nextChangeMs, changesAtMs);
        return true;
    }

    /// <summary>The version of a customer's state that the index has; 0: none.</summary>
    public long GetVersion(ReadOnlySpan<byte> id) => _keys.Find(id) is var row and >= 0 ? _versions[row] : 0;

    /// <summary>The id of a row, as UTF-8.</summary>
    public ReadOnlySpan<byte> GetKey(int row) => _keys[row];

    /// <summary>The id of a row.</summary>
    public string GetId(int row) => Encoding.UTF8.GetString(_keys[row]);

    /// <summary>The row of a customer; -1: none.</summary>
    public int FindRow(ReadOnlySpan<byte> id) => _keys.Find(id);

    /// <summary>The rows whose values may be others by now: their customers are to be taken in again.</summary>
    public List<int> Due(long nowMs)
    {
        var (due, next) = (new List<int>(), long.MaxValue);
        for (var row = 0; row < RowCount && _nextChangeMs <= nowMs; row++)
        {
            if (_changesAtMs[row] <= nowMs)
            {
                due.Add(row);
            }

            next = Math.Min(next, _changesAtMs[row]);
        }

        _nextChangeMs = _nextChangeMs <= nowMs ? next : _nextChangeMs;
        return due;
    }

    /// <summary>The bits of a row's tag, of a text its number; false when it has none.</summary>
    public bool TryGet(int row, TagDefinition tag, out long bits)
    {
        var column = tag.Number < _columns.Length ? _columns[tag.Number] : null;
        var has = column?.Has(row) is true;
        bits = has ? column![row] : 0;
        return has;
    }

    /// <summary>The value of a row's tag as text, masked when it is sensitive; null when it has none.</summary>
    public string? FindText(int row, TagDefinition tag)
    {
        if (!TryGet(row, tag, out var bits))
        {
            return null;
        }

        return tag.IsSensitive ? TagText.Mask : tag.Type == TagType.String ? TextAt(bits) : TagText.Format(tag, bits);
    }

    /// <inheritdoc/>
    public Column Tag(TagDefinition tag, int start, Span<long> room) =>
        tag.Number < _columns.Length && _columns[tag.Number] is { } column ? column.Read(start, room) : default;

    /// <inheritdoc/>
    public Column Stage(JourneyStages journey, int start, Span<long> room) =>
        journey.Number < _stages.Length && _stages[journey.Number] is { } column ? column.Read(start, room) : default;

    /// <inheritdoc/>
    public Column Used(string capId, int start, Span<long> room) =>
        _used.TryGetValue(capId, out var column) ? column.Read(start, room) : default;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Refusing(int start, int rows) => _refusing.AsSpan(start / 64, (rows + 63) / 64);

    /// <inheritdoc/>
    public long FindNumber(string text) => _texts.Find(Encoding.UTF8.GetBytes(text));

    /// <summary>The text with a number.</summary>
    public string TextAt(long number) => Encoding.UTF8.GetString(_texts[(int)number]);

    private void TakeStages(int row, CustomerState state)
    {
        foreach (ref readonly var place in state.Journeys.Places)
        {
            if (place.Journey >= _stages.Length)
            {
                Array.Resize(ref _stages, place.Journey + 1);
            }

            (_stages[place.Journey] ??= new()).Set(row, place.Stage, _keys.Room);
        }
    }

    private long TakeUsed(int row, CustomerState state, long nowMs)
    {
        var (changesAtMs, memory) = (long.MaxValue, state.ContactState);
        foreach (var cap in memory.History.IsEmpty && memory.Reservations.All.IsEmpty ? [] : Catalog.ContactPolicy.Caps)
        {
            if (cap.CountsApart == CapScope.All
                && Catalog.ContactPolicy.Used(cap, memory, nowMs, out var capChangesAtMs) is > 0 and var used)
            {
                ref var column = ref CollectionsMarshal.GetValueRefOrAddDefault(_used, cap.Id, out _);
                (column ??= new()).Set(row, used, _keys.Room);
                changesAtMs = Math.Min(changesAtMs, capChangesAtMs);
            }
        }

        return changesAtMs;
    }

    private long TakeTags(int row, CustomerState state, long nowMs)
    {
        var changesAtMs = long.MaxValue;
        foreach (var entry in state.Tags)
        {
            if (Catalog.Tag(entry.Tag) is { Live: null } tag && tag.GetEnd(entry.WrittenAtMs, entry.ExpiresAtMs) is var end && end > nowMs)
            {
                Set(row, tag, entry.Bits, entry.Text);
                changesAtMs = Math.Min(changesAtMs, end);
            }
        }

        return changesAtMs;
    }

    private long TakeLiveTags(int row, CustomerState state, long nowMs)
    {
        var changesAtMs = long.MaxValue;
        if (nowMs >= _nextDayMs || nowMs < _dayStartMs)
        {
            _day = Catalog.Calendar.GetDay(nowMs);
            (_dayStartMs, _nextDayMs) = (nowMs, Catalog.Calendar.NextStart(CalendarPeriod.Day, nowMs));
        }

        foreach (var tag in Catalog.LiveTags)
        {
            if (tag.Type == TagType.String)
            {
                if (state.LiveTags.TryGetText(tag.Live!, nowMs, out var text))
                {
                    Set(row, tag, 0, text);
                }
            }
            else if (state.LiveTags.TryGet(tag.Live!, nowMs, _day, out var bits))
            {
                Set(row, tag, bits, null);
            }

            changesAtMs = Math.Min(changesAtMs, state.LiveTags.ChangesAtMs(tag.Live!, nowMs, _nextDayMs));
        }

        return changesAtMs;
    }

    private void Set(int row, TagDefinition tag, long bits, string? text)
    {
        if (tag.Number >= _columns.Length)
        {
            Array.Resize(ref _columns, tag.Number + 1);
        }

        if (tag.Type == TagType.String)
        {
            var key = Encoding.UTF8.GetBytes(text!);
            bits = _texts.Find(key) is var known and >= 0 ? known : _texts.Add(key);
        }

        (_columns[tag.Number] ??= new()).Set(row, bits, _keys.Room);
    }
}
