using Parlot;
using Parlot.Fluent;

namespace Zhice.Domain.Expressions.Syntax;

/// <summary>One reading of an expression: how deep it is, and how many parts it has so far.</summary>
internal sealed class ExpressionContext(string source) : ParseContext(new Scanner(source), useNewLines: false)
{
    private int _depth;
    private int _nodes;

    /// <summary>Takes a part into account.</summary>
    /// <exception cref="ExpressionException">There are too many.</exception>
    public static void Counted(ParseContext context, int at)
    {
        if (++((ExpressionContext)context)._nodes > Expression.MaxNodes)
        {
            throw new ExpressionException(
                context.Scanner.Buffer, at, $"the expression has more than {Expression.MaxNodes} parts (values and operators)");
        }
    }

    /// <summary>Goes one level down.</summary>
    /// <exception cref="ExpressionException">That is too deep.</exception>
    public void Enter()
    {
        if (++_depth > Expression.MaxDepth)
        {
            throw new ExpressionException(
                Scanner.Buffer, Scanner.Cursor.Offset, $"the expression is nested deeper than {Expression.MaxDepth} levels");
        }
    }

    /// <summary>Comes back.</summary>
    public void Leave() => _depth--;
}

/// <summary>A part that may hold itself: its depth is bounded.</summary>
internal sealed class Nested(Parser<SyntaxNode> inner) : Parser<SyntaxNode>
{
    public override bool Parse(ParseContext context, ref ParseResult<SyntaxNode> result)
    {
        var expression = (ExpressionContext)context;
        expression.Enter();
        var isRead = inner.Parse(context, ref result);
        expression.Leave();
        return isRead;
    }
}
