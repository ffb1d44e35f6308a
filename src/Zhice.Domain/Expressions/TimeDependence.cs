using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>Whether an expression may come to give something else for a customer of whom nothing changes, as time goes by.</summary>
internal static class TimeDependence
{
    /// <summary>It reads the clock, a live tag whose window moves, a written tag that expires, or how far a cap is used up.</summary>
    public static bool Of(ExpressionNode node) => node switch
    {
        NowNode or UsedNode => true,
        TagNode tag => IsTimed(tag.Tag),
        HasNode has => IsTimed(has.Tag),
        NotNode not => Of(not.Operand),
        NegateNode negate => Of(negate.Operand),
        ToDecimalNode toDecimal => Of(toDecimal.Operand),
        MembershipNode list => Of(list.Operand),
        LogicNode logic => Of(logic.Left) || Of(logic.Right),
        ComparisonNode comparison => Of(comparison.Left) || Of(comparison.Right),
        ArithmeticNode sum => Of(sum.Left) || Of(sum.Right),
        ChoiceNode choice => Of(choice.Condition) || Of(choice.WhenTrue) || Of(choice.WhenFalse),
        _ => false,
    };

    private static bool IsTimed(TagDefinition tag) => tag.Live is not null || tag.TimeToLiveMs > 0;
}
