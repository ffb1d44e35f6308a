using System.Globalization;
using System.Text;
using Parlot;
using Parlot.Fluent;

namespace Zhice.Domain.Expressions.Syntax;

/// <summary>Reads a text in single or double quotes with the escapes of CEL; a text that is not sound is a fault at once.</summary>
internal sealed class TextParser : Parser<ConstantSyntax>
{
    private const string Escapes = "one of \\\\ \\\" \\' \\` \\? \\a \\b \\f \\n \\r \\t \\v \\xHH \\uHHHH \\UHHHHHHHH \\OOO";

    public override bool Parse(ParseContext context, ref ParseResult<ConstantSyntax> result)
    {
        var (source, cursor) = (context.Scanner.Buffer, context.Scanner.Cursor);
        var start = SourceExcerpt.AfterSpace(source, cursor.Offset);
        if (start >= source.Length || source[start] is not ('"' or '\''))
        {
            return false;
        }

        var text = Read(source, start, out var end);
        cursor.Advance(end - cursor.Offset);
        ExpressionContext.Counted(context, start);
        result.Set(start, end, new ConstantSyntax(start, ExpressionType.Text, 0, text));
        return true;
    }

    private static string Read(string source, int start, out int end)
    {
        var quote = source[start];
        var text = new StringBuilder();
        for (end = start + 1; end < source.Length && source[end] is not ('\n' or '\r');)
        {
            if (source[end] == quote)
            {
                end++;
                return text.ToString();
            }

            if (source[end] != '\\')
            {
                text.Append(source[end++]);
                continue;
            }

            end = Escape(source, end, text);
        }

        throw new ExpressionException(source, start, $"a text begins here and does not end on its line; {quote} would end it");
    }

    private static int Escape(string source, int at, StringBuilder text)
    {
        var escape = at + 1 < source.Length ? source[at + 1] : '\0';
        var plain = escape switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' or '"' or '\'' or '`' or '?' => escape,
            _ => '\0',
        };
        if (plain != '\0')
        {
            text.Append(plain);
            return at + 2;
        }

        var (from, length, radix) = escape switch
        {
            'x' or 'X' => (at + 2, 2, 16),
            'u' => (at + 2, 4, 16),
            'U' => (at + 2, 8, 16),
            >= '0' and <= '3' => (at + 1, 3, 8),
            _ => (0, 0, 0),
        };
        if (length > 0 && from + length <= source.Length && TryCode(source.AsSpan(from, length), radix, out var rune))
        {
            text.Append(rune.ToString());
            return from + length;
        }

        var shown = source.Substring(at, Math.Min(Math.Max(2, from - at + length), source.Length - at));
        throw new ExpressionException(source, at, $"found '{shown}', expected {Escapes}");
    }

    private static bool TryCode(ReadOnlySpan<char> digits, int radix, out Rune rune)
    {
        rune = default;
        var code = 0L;
        foreach (var digit in digits)
        {
            if (!int.TryParse([digit], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value >= radix)
            {
                return false;
            }

            code = (code * radix) + value;
        }

        return code is > 0 and <= 0x10FFFF && Rune.TryCreate((uint)code, out rune);
    }
}
