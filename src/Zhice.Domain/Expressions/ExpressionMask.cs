using System.Text;
using System.Text.RegularExpressions;
using Zhice.Domain.Expressions.Syntax;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>
/// Expressions for places that outlive a customer's data: a phone number that a condition asks for is as much the customer's as the tag.
/// </summary>
public static partial class ExpressionMask
{
    /// <summary>The expression with a mask in the place of each constant that is compared with a hidden tag.</summary>
    /// <param name="source">The expression. One that cannot be read and names a hidden tag is masked as a whole.</param>
    /// <param name="isHidden">Whether the values of a tag, by its id, must not be shown.</param>
    public static string Apply(string source, Func<string, bool> isHidden)
    {
        if (!TagName().Matches(source).Any(name => isHidden(name.Groups[1].Value)))
        {
            return source;
        }

        try
        {
            var starts = new SortedSet<int>();
            AddStatements(Grammar.Parse(source), isHidden, starts);
            return Replace(source, starts);
        }
        catch (ExpressionException)
        {
            return TagText.Mask;
        }
    }

    [GeneratedRegex(@"\btags\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)", RegexOptions.CultureInvariant)]
    private static partial Regex TagName();

    // What && and || join is looked at by itself, so that most of an expression stays readable.
    private static void AddStatements(SyntaxNode node, Func<string, bool> isHidden, SortedSet<int> starts)
    {
        switch (node)
        {
            case BinarySyntax { Sign: "&&" or "||" } logic:
                AddStatements(logic.Left, isHidden, starts);
                AddStatements(logic.Right, isHidden, starts);
                break;
            case UnarySyntax { Sign: '!' } not:
                AddStatements(not.Operand, isHidden, starts);
                break;
            case var statement when Parts(statement).Any(part => part is TagSyntax tag && isHidden(tag.Id)):
                starts.UnionWith(Parts(statement).Where(static part => part is NumberSyntax or ConstantSyntax).Select(static part => part.At));
                break;
        }
    }

    private static IEnumerable<SyntaxNode> Parts(SyntaxNode node) =>
    [
        node,
        .. (node switch
        {
            HasSyntax has => [has.Tag],
            UnarySyntax unary => [unary.Operand],
            BinarySyntax binary => [binary.Left, binary.Right],
            InSyntax list => [list.Operand, .. list.Items],
            ChoiceSyntax choice => [choice.Condition, choice.WhenTrue, choice.WhenFalse],
            _ => Array.Empty<SyntaxNode>(),
        }).SelectMany(Parts),
    ];

    private static string Replace(string source, SortedSet<int> starts)
    {
        var (masked, at) = (new StringBuilder(source.Length), 0);
        foreach (var start in starts)
        {
            var mask = source[start] is '"' or '\'' ? $"{source[start]}{TagText.Mask}{source[start]}" : TagText.Mask;
            masked.Append(source, at, start - at).Append(mask);
            at = FindEnd(source, start);
        }

        return masked.Append(source, at, source.Length - at).ToString();
    }

    // Of a text in quotes with escapes, of a number, or of a word such as true.
    private static int FindEnd(string source, int start)
    {
        var at = start + 1;
        if (source[start] is var quote and ('"' or '\''))
        {
            for (; source[at] != quote; at++)
            {
                at += source[at] == '\\' ? 1 : 0;
            }

            return at + 1;
        }

        while (at < source.Length && (char.IsLetterOrDigit(source[at]) || source[at] is '.' or '_'))
        {
            at++;
        }

        return at;
    }
}
