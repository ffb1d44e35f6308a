using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions.Columns;

/// <summary>The tags of many customers, a row each, as an index holds them: what a plan reads.</summary>
/// <remarks>All columns are of one moment: what is expired at <see cref="NowMs"/> is not present, live tags are of then.</remarks>
public interface IColumnSource
{
    /// <summary>How many customers there are.</summary>
    int RowCount { get; }

    /// <summary>The instant, unix milliseconds.</summary>
    long NowMs { get; }

    /// <summary>
    /// Some rows of the column of a tag, texts by their dictionary numbers; <c>default</c> when none of them has it.
    /// </summary>
    /// <param name="tag">The tag.</param>
    /// <param name="start">The first row, a multiple of 64.</param>
    /// <param name="room">As many values as rows are asked for: a source that keeps them otherwise writes them here.</param>
    Column Tag(TagDefinition tag, int start, Span<long> room);

    /// <summary>The numbers of the stages that some rows are in; <c>default</c> when none is in the journey.</summary>
    /// <inheritdoc cref="Tag"/>
    Column Stage(JourneyStages journey, int start, Span<long> room);

    /// <summary>How many slots of a cap some rows have used up; none present is 0. <c>default</c> when all are 0.</summary>
    /// <param name="capId">The cap.</param>
    /// <param name="start">The first row, a multiple of 64.</param>
    /// <param name="room">As many values as rows are asked for: a source that keeps them otherwise writes them here.</param>
    Column Used(string capId, int start, Span<long> room);

    /// <summary>
    /// The rows whose customers refused that their profile is used, a bit each as in <see cref="Column"/>; empty when none did.
    /// </summary>
    /// <param name="start">The first row, a multiple of 64.</param>
    /// <param name="rows">How many.</param>
    ReadOnlySpan<ulong> Refusing(int start, int rows);

    /// <summary>The number of a text in the one dictionary of all text columns, from 0; below 0 when no row has it.</summary>
    long FindNumber(string text);
}

/// <summary>A value of 64 bits for each row, and which rows have one.</summary>
/// <param name="values">A value for each row, see <see cref="ExpressionType"/>; anything where none is present.</param>
/// <param name="present">A bit for each row: row i is bit i % 64 of word i / 64. Bits behind the last row may be anything.</param>
public readonly ref struct Column(ReadOnlySpan<long> values, ReadOnlySpan<ulong> present)
{
    /// <summary>A value for each row.</summary>
    public ReadOnlySpan<long> Values { get; } = values;

    /// <summary>A bit for each row.</summary>
    public ReadOnlySpan<ulong> Present { get; } = present;

    /// <summary>Some rows of it, from a multiple of 64 on; the default of a default.</summary>
    public Column Slice(int start, int rows) =>
        Values.IsEmpty ? default : new(Values.Slice(start, rows), Present.Slice(start / 64, (rows + 63) / 64));
}
