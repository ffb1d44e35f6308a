using System.Text;

namespace Zhice.Domain.Expressions;

internal enum TokenKind : byte
{
    End,
    Name,
    Number,
    Text,
    Symbol,
}

/// <summary>A word of an expression, with the column (from 1) where it begins.</summary>
internal readonly record struct ConditionToken(TokenKind Kind, string Text, int Column)
{
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.Text => $"the text \"{Text}\"",
        _ => $"'{Text}'",
    };

    /// <summary>Splits an expression into words, the last of them <see cref="TokenKind.End"/>.</summary>
    public static List<ConditionToken> Split(string expression)
    {
        var tokens = new List<ConditionToken>();
        var at = 0;
        while (at < expression.Length)
        {
            var start = at;
            var c = expression[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                while (at < expression.Length && (char.IsAsciiLetterOrDigit(expression[at]) || expression[at] == '_'))
                {
                    at++;
                }

                tokens.Add(new(TokenKind.Name, expression[start..at], start + 1));
            }
            else if (char.IsAsciiDigit(c))
            {
                while (at < expression.Length && (char.IsAsciiDigit(expression[at]) || expression[at] == '.'))
                {
                    at++;
                }

                tokens.Add(new(TokenKind.Number, expression[start..at], start + 1));
            }
            else if (c is '"' or '\'')
            {
                tokens.Add(new(TokenKind.Text, ReadText(expression, ref at), start + 1));
            }
            else
            {
                var isPair = (c is '=' or '!' or '<' or '>') && at + 1 < expression.Length && expression[at + 1] == '=';
                at += isPair ? 2 : 1;
                tokens.Add(new(TokenKind.Symbol, expression[start..at], start + 1));
            }
        }

        tokens.Add(new(TokenKind.End, "", expression.Length + 1));
        return tokens;
    }

    private static string ReadText(string expression, ref int at)
    {
        var quote = expression[at];
        var start = at++;
        var text = new StringBuilder();
        while (at < expression.Length && expression[at] != quote)
        {
            if (expression[at] != '\\' || at + 1 == expression.Length)
            {
                text.Append(expression[at++]);
                continue;
            }

            text.Append(expression[at + 1] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' or '"' or '\'' => expression[at + 1],
                var other => throw new ConditionException(
                    at + 1, $"found '\\{other}', expected one of \\\\ \\\" \\' \\n \\r \\t"),
            });
            at += 2;
        }

        if (at == expression.Length)
        {
            throw new ConditionException(start + 1, $"a text begins here and never ends; {quote} would end it");
        }

        at++;
        return text.ToString();
    }
}
