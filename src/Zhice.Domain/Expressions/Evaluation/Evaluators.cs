namespace Zhice.Domain.Expressions.Evaluation;

/// <summary>Makes evaluators of typed nodes, with one object for the forms that most rules have.</summary>
internal static class Evaluators
{
    public static TruthEvaluator Truth(ExpressionNode node) => node switch
    {
        HasNode { Tag.Type: Tags.TagType.String } has => new HasText(has.Tag),
        HasNode has => new Has(has.Tag),
        NotNode not => new Not(Truth(not.Operand)),
        LogicNode { IsAnd: true } and => new And(Truth(and.Left), Truth(and.Right)),
        LogicNode or => new Or(Truth(or.Left), Truth(or.Right)),
        ComparisonNode { Left.Type: ExpressionType.Text } texts =>
            new TextsEqual(Text(texts.Left), Text(texts.Right), texts.Comparison == Comparison.Equal),
        ComparisonNode { Left: TagNode tag, Right: LiteralNode literal } comparison =>
            new TagCompared(tag.Tag, comparison.Comparison, literal.Bits),
        ComparisonNode { Right: LiteralNode literal } comparison =>
            new ComparedToConstant(Number(comparison.Left), comparison.Comparison, literal.Bits),
        ComparisonNode comparison => new Compared(Number(comparison.Left), comparison.Comparison, Number(comparison.Right)),
        MembershipNode { Operand.Type: ExpressionType.Text } list =>
            new TextIn(Text(list.Operand), [.. list.Items.Select(item => item.Text!)]),
        MembershipNode list => new NumberIn(Number(list.Operand), [.. list.Items.Select(item => item.Bits)]),
        ChoiceNode choice => new TruthChoice(Truth(choice.Condition), Truth(choice.WhenTrue), Truth(choice.WhenFalse)),
        _ => new BoolAsTruth(Number(node)),
    };

    public static NumberEvaluator Number(ExpressionNode node) => node switch
    {
        LiteralNode literal => new Constant(literal.Bits),
        NowNode => new Now(),
        TagNode tag => new TagValueEvaluator(tag.Tag),
        StageNode stage => new StageEvaluator(stage.Journey),
        UsedNode used => new CapUseEvaluator(used.CapId),
        NegateNode negate => new Computed(Arithmetic.Subtract, new Constant(0), Number(negate.Operand)),
        ToDecimalNode toDecimal => new ToDecimal(Number(toDecimal.Operand)),
        ArithmeticNode { Right: LiteralNode literal } sum => new ComputedWithConstant(sum.Operation, Number(sum.Left), literal.Bits),
        ArithmeticNode sum => new Computed(sum.Operation, Number(sum.Left), Number(sum.Right)),
        ChoiceNode { Type: not ExpressionType.Bool } choice =>
            new NumberChoice(Truth(choice.Condition), Number(choice.WhenTrue), Number(choice.WhenFalse)),
        _ => new TruthAsBool(Truth(node)),
    };

    private static TextEvaluator Text(ExpressionNode node) => node switch
    {
        LiteralNode literal => new ConstantText(literal.Text!),
        TagNode tag => new TagText(tag.Tag),
        ChoiceNode choice => new TextChoice(Truth(choice.Condition), Text(choice.WhenTrue), Text(choice.WhenFalse)),
        _ => throw new InvalidOperationException($"{node.GetType().Name} gives no text."),
    };
}
