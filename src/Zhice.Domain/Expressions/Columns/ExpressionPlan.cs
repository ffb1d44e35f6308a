using System.Buffers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Expressions.Columns;

/// <summary>
/// A condition over columns: which of many customers it holds for. It works through the rows in blocks that stay in the
/// processor's cache, and compares many rows in one instruction.
/// </summary>
/// <remarks>Thread-safe. Allocates nothing but what its pool lends it.</remarks>
public sealed class ExpressionPlan
{
    private readonly ColumnCondition _condition;
    private readonly List<string> _texts = [];

    /// <summary>Makes the plan of a condition.</summary>
    /// <exception cref="ArgumentException">The expression gives no bool.</exception>
    public ExpressionPlan(Expression condition)
    {
        if (condition.ResultType != ExpressionType.Bool)
        {
            throw new ArgumentException(
                $"A plan needs a condition, and the expression gives {condition.ResultType.Named()}.", nameof(condition));
        }

        _condition = new ColumnPlanner(_texts).Condition(condition.Root);
    }

    /// <summary>Finds the rows that the condition holds for.</summary>
    /// <param name="source">The columns.</param>
    /// <param name="matches">A bit for each row, as in <see cref="Column"/>; all its words are
    /// written, bits behind the last row as 0.</param>
    /// <param name="purpose">What the rows are found for: the profile of customers who refused its use is hidden from marketing.</param>
    /// <exception cref="ArgumentException"><paramref name="matches"/> is too short.</exception>
    public void Match(IColumnSource source, Span<ulong> matches, Purpose purpose = Purpose.Marketing)
    {
        if (matches.Length * 64L < source.RowCount)
        {
            throw new ArgumentException($"{source.RowCount} rows need {(source.RowCount + 63) / 64} words.", nameof(matches));
        }

        Span<long> texts = stackalloc long[_texts.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            // A text that no row has still differs from every other such text.
            var number = source.FindNumber(_texts[i]);
            texts[i] = number >= 0 ? number : -1 - i;
        }

        matches.Clear();
        var scratch = ArrayPool<long>.Shared.Rent(_condition.Slots * Block.SlotLength);
        for (var start = 0; start < source.RowCount; start += Block.MaxRows)
        {
            var block = new Block(source, start, scratch, texts, purpose is not (Purpose.Service or Purpose.Regulatory));
            _condition.Fill(block, 0);
            var found = block.True(0);
            for (var i = 0; i < block.Words; i++)
            {
                matches[(start / 64) + i] = found[i] & block.GetRows(i);
            }
        }

        ArrayPool<long>.Shared.Return(scratch);
    }
}
