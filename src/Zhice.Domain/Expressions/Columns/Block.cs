using System.Runtime.InteropServices;

namespace Zhice.Domain.Expressions.Columns;

/// <summary>
/// Some rows of a source, and the working memory for them: slots, each with room for a column and for a truth (the rows
/// where it is true, and those where it is false; unknown is neither).
/// </summary>
internal readonly ref struct Block(IColumnSource source, int start, Span<long> scratch, ReadOnlySpan<long> texts)
{
    /// <summary>8 KiB of values: a few slots fit the first cache of a core.</summary>
    public const int MostRows = 1024;

    public const int SlotLength = MostRows + (3 * MostWords);
    private const int MostWords = MostRows / 64;

    private readonly Span<long> _scratch = scratch;
    private readonly ReadOnlySpan<long> _texts = texts;

    public IColumnSource Source { get; } = source;

    public int Start { get; } = start;

    public int Rows { get; } = Math.Min(MostRows, source.RowCount - start);

    public int Words => (Rows + 63) / 64;

    public Span<long> Values(int slot) => _scratch.Slice(slot * SlotLength, Rows);

    public Span<ulong> Present(int slot) => Bits(slot, 0);

    public Span<ulong> True(int slot) => Bits(slot, 1);

    public Span<ulong> False(int slot) => Bits(slot, 2);

    /// <summary>The number of a text of the expression.</summary>
    public long Text(int index) => _texts[index];

    /// <summary>The bits of a word that are rows.</summary>
    public ulong RowsOf(int word) => Rows - (word * 64) >= 64 ? ulong.MaxValue : (1UL << (Rows - (word * 64))) - 1;

    /// <summary>A column of the source for this block; an absent one takes the slot.</summary>
    public Column Of(Column column, int slot)
    {
        if (!column.Values.IsEmpty)
        {
            return column;
        }

        Present(slot).Clear();
        return InSlot(slot);
    }

    public Column InSlot(int slot) => new(Values(slot), Present(slot));

    private Span<ulong> Bits(int slot, int part) =>
        MemoryMarshal.Cast<long, ulong>(_scratch.Slice((slot * SlotLength) + MostRows + (part * MostWords), Words));
}
