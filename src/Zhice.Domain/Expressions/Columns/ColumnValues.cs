using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions.Columns;

/// <summary>Gives a column for a block.</summary>
internal abstract class ColumnValue
{
    /// <summary>How many slots it works in.</summary>
    public virtual int Slots => 1;

    /// <summary>The column: the source's own, or one computed in the slot. Slots behind it may be overwritten.</summary>
    public abstract Column Read(in Block block, int slot);
}

internal sealed class TagColumn(TagDefinition tag) : ColumnValue
{
    public override Column Read(in Block block, int slot) => block.GetColumn(block.Source.Tag(tag, block.Start, block.Values(slot)), slot);
}

internal sealed class StageColumn(JourneyStages journey) : ColumnValue
{
    public override Column Read(in Block block, int slot) =>
        block.GetColumn(block.Source.Stage(journey, block.Start, block.Values(slot)), slot);
}

internal sealed class UsedColumn(string capId) : ColumnValue
{
    public override Column Read(in Block block, int slot)
    {
        var values = block.Values(slot);
        var used = block.Source.Used(capId, block.Start, values);
        if (used.Values.IsEmpty)
        {
            values.Clear();
        }
        else
        {
            // The source may have written where the values go.
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (used.Present[i / 64] >> (i % 64) & 1) != 0 ? used.Values[i] : 0;
            }
        }

        block.Present(slot).Fill(ulong.MaxValue);
        return block.InSlot(slot);
    }
}

internal sealed class ConstantColumn(ColumnConstant constant) : ColumnValue
{
    public override Column Read(in Block block, int slot)
    {
        block.Values(slot).Fill(constant.In(block));
        block.Present(slot).Fill(ulong.MaxValue);
        return block.InSlot(slot);
    }
}

internal sealed class NowColumn : ColumnValue
{
    public override Column Read(in Block block, int slot)
    {
        block.Values(slot).Fill(block.Source.NowMs);
        block.Present(slot).Fill(ulong.MaxValue);
        return block.InSlot(slot);
    }
}

internal sealed class ComputedColumn(Arithmetic operation, ColumnValue left, ColumnValue right) : ColumnValue
{
    public override int Slots { get; } = Math.Max(left.Slots, right.Slots + 1);

    public override Column Read(in Block block, int slot)
    {
        var first = left.Read(block, slot);
        var second = right.Read(block, slot + 1);
        var values = block.Values(slot);
        var present = block.Present(slot);
        for (var word = 0; word < present.Length; word++)
        {
            var both = first.Present[word] & second.Present[word];
            var from = word * 64;
            for (var i = from; i < Math.Min(from + 64, values.Length); i++)
            {
                if (!Numbers.TryCompute(operation, first.Values[i], second.Values[i], out values[i]))
                {
                    both &= ~(1UL << (i - from));
                }
            }

            present[word] = both;
        }

        return block.InSlot(slot);
    }
}

internal sealed class ValueChoice(ColumnCondition condition, ColumnValue whenTrue, ColumnValue whenFalse) : ColumnValue
{
    public override int Slots { get; } = Math.Max(condition.Slots, Math.Max(whenTrue.Slots + 1, whenFalse.Slots + 2));

    public override Column Read(in Block block, int slot)
    {
        condition.Fill(block, slot);
        var first = whenTrue.Read(block, slot + 1);
        var second = whenFalse.Read(block, slot + 2);
        var isTrue = block.True(slot);
        var isFalse = block.False(slot);
        var values = block.Values(slot);
        var present = block.Present(slot);
        for (var word = 0; word < present.Length; word++)
        {
            present[word] = (isTrue[word] & first.Present[word]) | (isFalse[word] & second.Present[word]);
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (isTrue[i / 64] >> (i % 64) & 1) != 0 ? first.Values[i] : second.Values[i];
        }

        return block.InSlot(slot);
    }
}

internal sealed class ConditionAsColumn(ColumnCondition condition) : ColumnValue
{
    public override int Slots => condition.Slots;

    public override Column Read(in Block block, int slot)
    {
        condition.Fill(block, slot);
        var isTrue = block.True(slot);
        var isFalse = block.False(slot);
        var values = block.Values(slot);
        var present = block.Present(slot);
        for (var word = 0; word < present.Length; word++)
        {
            present[word] = isTrue[word] | isFalse[word];
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (long)(isTrue[i / 64] >> (i % 64) & 1);
        }

        return block.InSlot(slot);
    }
}
