namespace Zhice.Domain.Expressions.Columns;

/// <summary>Makes the parts of a plan of typed nodes. In columns a text is its dictionary number, so only literals differ.</summary>
internal sealed class ColumnPlanner(List<string> texts)
{
    public ColumnCondition Condition(ExpressionNode node) => node switch
    {
        HasNode has => new HasColumn(has.Tag),
        NotNode not => new NotColumn(Condition(not.Operand)),
        LogicNode logic => new LogicColumns(logic.IsAnd, Condition(logic.Left), Condition(logic.Right)),
        ComparisonNode { Right: LiteralNode literal } comparison =>
            new ComparedToConstants(Value(comparison.Left), comparison.Comparison, [Constant(literal)]),
        ComparisonNode comparison => new ComparedColumns(Value(comparison.Left), comparison.Comparison, Value(comparison.Right)),
        MembershipNode list => new ComparedToConstants(Value(list.Operand), Comparison.Equal, [.. list.Items.Select(Constant)]),
        ChoiceNode choice => new ConditionChoice(Condition(choice.Condition), Condition(choice.WhenTrue), Condition(choice.WhenFalse)),
        _ => new ComparedToConstants(Value(node), Comparison.NotEqual, [new ColumnConstant(0, -1)]),
    };

    private ColumnValue Value(ExpressionNode node) => node switch
    {
        LiteralNode literal => new ConstantColumn(Constant(literal)),
        NowNode => new NowColumn(),
        TagNode tag => new TagColumn(tag.Tag),
        StageNode stage => new StageColumn(stage.Journey),
        UsedNode used => new UsedColumn(used.CapId),
        NegateNode negate => new ComputedColumn(
            Arithmetic.Subtract, new ConstantColumn(new ColumnConstant(0, -1)), Value(negate.Operand)),
        ToDecimalNode toDecimal => new ComputedColumn(
            Arithmetic.Multiply, Value(toDecimal.Operand), new ConstantColumn(new ColumnConstant(Tags.Decimal4.Scale, -1))),
        ArithmeticNode sum => new ComputedColumn(sum.Operation, Value(sum.Left), Value(sum.Right)),
        ChoiceNode { Type: not ExpressionType.Bool } choice =>
            new ValueChoice(Condition(choice.Condition), Value(choice.WhenTrue), Value(choice.WhenFalse)),
        _ => new ConditionAsColumn(Condition(node)),
    };

    private ColumnConstant Constant(LiteralNode literal)
    {
        if (literal.Text is null)
        {
            return new ColumnConstant(literal.Bits, -1);
        }

        var index = texts.IndexOf(literal.Text);
        if (index < 0)
        {
            index = texts.Count;
            texts.Add(literal.Text);
        }

        return new ColumnConstant(0, index);
    }
}

/// <summary>A constant, or the place of a text whose number each source says anew.</summary>
internal readonly record struct ColumnConstant(long Bits, int TextIndex)
{
    public long In(in Block block) => TextIndex < 0 ? Bits : block.Text(TextIndex);
}
