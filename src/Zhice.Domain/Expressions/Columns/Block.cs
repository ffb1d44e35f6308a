using System.Runtime.InteropServices;

namespace Zhice.Domain.Expressions.Columns;

/// <summary>
/// Some rows of a source, and the working memory for them: slots, each with room for a column and for a truth (the rows
/// where it is true, and those where it is false; unknown is neither).
/// </summary>
internal readonly ref struct Block(IColumnSource source, int start, Span<long> scratch, ReadOnlySpan<long> texts, bool isHiding)
{
    /// <summary>8 KiB of values: a few slots fit the first cache of a core.</summary>
    public const int MaxRows = 1024;

    public const int SlotLength = MaxRows + (3 * MaxWords);
    private const int MaxWords = MaxRows / 64;

    private readonly Span<long> _scratch = scratch;
    private readonly ReadOnlySpan<long> _texts = texts;
    private readonly ReadOnlySpan<ulong> _hidden = isHiding ? GetHidden(source, start) : [];

    public IColumnSource Source { get; } = source;

    public int Start { get; } = start;

    public int Rows { get; } = Math.Min(MaxRows, source.RowCount - start);

    public int Words => (Rows + 63) / 64;

    public Span<long> Values(int slot) => _scratch.Slice(slot * SlotLength, Rows);

    public Span<ulong> Present(int slot) => Bits(slot, 0);

    public Span<ulong> True(int slot) => Bits(slot, 1);

    public Span<ulong> False(int slot) => Bits(slot, 2);

    /// <summary>The number of a text of the expression.</summary>
    public long Text(int index) => _texts[index];

    /// <summary>The rows of a word whose profile is hidden: what is asked of it is unknown.</summary>
    public ulong GetHidden(int word) => _hidden.IsEmpty ? 0 : _hidden[word];

    /// <summary>The bits of a word that are rows.</summary>
    public ulong GetRows(int word) => Rows - (word * 64) >= 64 ? ulong.MaxValue : (1UL << (Rows - (word * 64))) - 1;

    /// <summary>A column of the profile for this block: an absent one takes the slot, and hidden rows have nothing.</summary>
    public Column GetColumn(Column column, int slot)
    {
        if (!column.Values.IsEmpty && _hidden.IsEmpty)
        {
            return column;
        }

        var present = Present(slot);
        if (column.Values.IsEmpty)
        {
            present.Clear();
            return InSlot(slot);
        }

        for (var word = 0; word < present.Length; word++)
        {
            present[word] = column.Present[word] & ~_hidden[word];
        }

        return new(column.Values, present);
    }

    public Column InSlot(int slot) => new(Values(slot), Present(slot));

    // Most blocks have no such row, and are spared the masking.
    private static ReadOnlySpan<ulong> GetHidden(IColumnSource source, int start)
    {
        var hidden = source.Refusing(start, Math.Min(MaxRows, source.RowCount - start));
        return hidden.ContainsAnyExcept(0UL) ? hidden : [];
    }

    private Span<ulong> Bits(int slot, int part) =>
        MemoryMarshal.Cast<long, ulong>(_scratch.Slice((slot * SlotLength) + MaxRows + (part * MaxWords), Words));
}
