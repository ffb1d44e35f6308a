using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions.Columns;

/// <summary>Gives for a block the rows where a condition is true and those where it is false.</summary>
internal abstract class ColumnCondition
{
    /// <summary>How many slots it works in.</summary>
    public virtual int Slots => 1;

    /// <summary>Writes the truth into a slot. Slots behind it may be overwritten; bits behind the last row may be anything.</summary>
    public abstract void Fill(in Block block, int slot);
}

internal sealed class HasColumn(TagDefinition tag) : ColumnCondition
{
    private readonly TagColumn _column = new(tag);

    public override int Slots => _column.Slots;

    public override void Fill(in Block block, int slot)
    {
        var present = _column.Read(block, slot).Present;
        var known = tag.Live?.IsKnownAt(block.Source.NowMs) is false ? 0 : ulong.MaxValue;
        var isTrue = block.True(slot);
        var isFalse = block.False(slot);
        for (var i = 0; i < isTrue.Length; i++)
        {
            (isTrue[i], isFalse[i]) = (present[i], ~(present[i] | block.GetHidden(i)) & known);
        }
    }
}

internal sealed class NotColumn(ColumnCondition operand) : ColumnCondition
{
    public override int Slots => operand.Slots;

    public override void Fill(in Block block, int slot)
    {
        operand.Fill(block, slot);
        var isTrue = block.True(slot);
        var isFalse = block.False(slot);
        for (var i = 0; i < isTrue.Length; i++)
        {
            (isTrue[i], isFalse[i]) = (isFalse[i], isTrue[i]);
        }
    }
}

internal sealed class LogicColumns(bool isAnd, ColumnCondition left, ColumnCondition right) : ColumnCondition
{
    public override int Slots { get; } = Math.Max(left.Slots, right.Slots + 1);

    public override void Fill(in Block block, int slot)
    {
        left.Fill(block, slot);
        var isTrue = block.True(slot);
        var isFalse = block.False(slot);
        if (IsSettled(block, isAnd ? isFalse : isTrue))
        {
            return;
        }

        right.Fill(block, slot + 1);
        var alsoTrue = block.True(slot + 1);
        var alsoFalse = block.False(slot + 1);
        for (var i = 0; i < isTrue.Length; i++)
        {
            (isTrue[i], isFalse[i]) = isAnd
                ? (isTrue[i] & alsoTrue[i], isFalse[i] | alsoFalse[i])
                : (isTrue[i] | alsoTrue[i], isFalse[i] & alsoFalse[i]);
        }
    }

    // Whether the left side alone decides every row of the block.
    private static bool IsSettled(in Block block, ReadOnlySpan<ulong> decided)
    {
        for (var i = 0; i < decided.Length; i++)
        {
            if ((~decided[i] & block.GetRows(i)) != 0)
            {
                return false;
            }
        }

        return true;
    }
}

internal sealed class ConditionChoice(ColumnCondition condition, ColumnCondition whenTrue, ColumnCondition whenFalse) : ColumnCondition
{
    public override int Slots { get; } = Math.Max(condition.Slots, Math.Max(whenTrue.Slots + 1, whenFalse.Slots + 2));

    public override void Fill(in Block block, int slot)
    {
        condition.Fill(block, slot);
        whenTrue.Fill(block, slot + 1);
        whenFalse.Fill(block, slot + 2);
        var isTrue = block.True(slot);
        var isFalse = block.False(slot);
        for (var i = 0; i < isTrue.Length; i++)
        {
            var (first, second) = (isTrue[i], isFalse[i]);
            isTrue[i] = (first & block.True(slot + 1)[i]) | (second & block.True(slot + 2)[i]);
            isFalse[i] = (first & block.False(slot + 1)[i]) | (second & block.False(slot + 2)[i]);
        }
    }
}

/// <summary>Compares with a constant, or asks for one of several that are equal.</summary>
internal sealed class ComparedToConstants(ColumnValue value, Comparison comparison, ColumnConstant[] constants) : ColumnCondition
{
    public override int Slots => value.Slots;

    public override void Fill(in Block block, int slot)
    {
        var column = value.Read(block, slot);
        var isTrue = block.True(slot);
        var isFalse = block.False(slot);
        isTrue.Clear();
        foreach (var constant in constants)
        {
            VectorComparison.Add(comparison, column.Values, constant.In(block), isTrue);
        }

        VectorComparison.Split(column.Present, isTrue, isFalse);
    }
}

internal sealed class ComparedColumns(ColumnValue left, Comparison comparison, ColumnValue right) : ColumnCondition
{
    public override int Slots { get; } = Math.Max(left.Slots, right.Slots + 1);

    public override void Fill(in Block block, int slot)
    {
        var first = left.Read(block, slot);
        var second = right.Read(block, slot + 1);
        var isTrue = block.True(slot);
        var isFalse = block.False(slot);
        isTrue.Clear();
        VectorComparison.Add(comparison, first.Values, second.Values, isTrue);
        for (var i = 0; i < isTrue.Length; i++)
        {
            var both = first.Present[i] & second.Present[i];
            (isTrue[i], isFalse[i]) = (isTrue[i] & both, ~isTrue[i] & both);
        }
    }
}
