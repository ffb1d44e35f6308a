using System.Collections.Immutable;
using System.Globalization;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Decisions.Checks;

/// <summary>What an expression looks at: its tags, journeys and caps, and <c>now</c>, each once, in the order of reading.</summary>
internal static class RuleInputs
{
    public static ImmutableArray<CheckInput> Find(Expression expression, in CustomerView customer)
    {
        var names = new List<ExpressionNode>();
        Collect(expression.Root, names);
        var inputs = ImmutableArray.CreateBuilder<CheckInput>(names.Count);
        foreach (var name in names)
        {
            inputs.Add(name switch
            {
                TagNode tag => new($"tags.{tag.Tag.Id}", customer.Format(tag.Tag)),
                UsedNode used => new(
                    $"contacts.used(\"{used.CapId}\")",
                    customer.Catalog.ContactPolicy.Used(used.CapId, customer.State.ContactState, customer.NowMs)
                        .ToString(CultureInfo.InvariantCulture)),
                StageNode stage => new($"journey(\"{stage.Journey.Id}\").stage", FindStage(stage.Journey, customer)),
                _ => new("now", TagText.Instant(customer.NowMs)),
            });
        }

        if (!customer.IsPersonalized && names.Any(static name => name is TagNode or StageNode))
        {
            inputs.Add(new("profile", "hidden"));
        }

        return inputs.ToImmutable();
    }

    private static void Collect(ExpressionNode node, List<ExpressionNode> names)
    {
        switch (node)
        {
            case TagNode or StageNode or UsedNode or NowNode when !names.Contains(node):
                names.Add(node);
                break;
            case HasNode has:
                Collect(new TagNode(has.Tag), names);
                break;
            case NotNode not:
                Collect(not.Operand, names);
                break;
            case NegateNode negate:
                Collect(negate.Operand, names);
                break;
            case ToDecimalNode toDecimal:
                Collect(toDecimal.Operand, names);
                break;
            case MembershipNode list:
                Collect(list.Operand, names);
                break;
            case LogicNode logic:
                Collect(logic.Left, names);
                Collect(logic.Right, names);
                break;
            case ComparisonNode comparison:
                Collect(comparison.Left, names);
                Collect(comparison.Right, names);
                break;
            case ArithmeticNode sum:
                Collect(sum.Left, names);
                Collect(sum.Right, names);
                break;
            case ChoiceNode choice:
                Collect(choice.Condition, names);
                Collect(choice.WhenTrue, names);
                Collect(choice.WhenFalse, names);
                break;
        }
    }

    private static string? FindStage(JourneyStages journey, in CustomerView customer) =>
        customer.TryGetStage(journey.Number, out var stage) ? journey.Stages.FirstOrDefault(each => each.Value == stage).Key : null;
}
