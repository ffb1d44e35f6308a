using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>Whether an expression may come to give something else for a customer of whom nothing changes, as time goes by.</summary>
internal static class TimeDependence
{
    /// <summary>It reads the clock, a live tag whose window moves, a written tag that expires, or how far a cap is used up.</summary>
    public static bool Exists(ExpressionNode node) => node switch
    {
        NowNode or UsedNode => true,
        TagNode tag => IsTimed(tag.Tag),
        HasNode has => IsTimed(has.Tag),
        NotNode not => Exists(not.Operand),
        NegateNode negate => Exists(negate.Operand),
        ToDecimalNode toDecimal => Exists(toDecimal.Operand),
        MembershipNode list => Exists(list.Operand),
        LogicNode logic => Exists(logic.Left) || Exists(logic.Right),
        ComparisonNode comparison => Exists(comparison.Left) || Exists(comparison.Right),
        ArithmeticNode sum => Exists(sum.Left) || Exists(sum.Right),
        ChoiceNode choice => Exists(choice.Condition) || Exists(choice.WhenTrue) || Exists(choice.WhenFalse),
        _ => false,
    };

    private static bool IsTimed(TagDefinition tag) => tag.Live is not null || tag.TimeToLiveMs > 0;
}
