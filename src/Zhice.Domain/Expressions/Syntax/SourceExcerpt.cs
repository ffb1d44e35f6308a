namespace Zhice.Domain.Expressions.Syntax;

/// <summary>Names what stands at a place of an expression, for faults.</summary>
internal static class SourceExcerpt
{
    private const int MaxShown = 32;

    public static string Describe(string source, int offset)
    {
        if (offset >= source.Length)
        {
            return "the end";
        }

        var end = FindEnd(source, offset);
        if (source[offset] is '"' or '\'')
        {
            return $"the text {Quote(source[offset..end])}";
        }

        var c = source[offset];
        return char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4}" : $"'{Quote(source[offset..end])}'";
    }

    public static int AfterSpace(string source, int offset)
    {
        while (offset < source.Length && char.IsWhiteSpace(source[offset]))
        {
            offset++;
        }

        return offset;
    }

    public static string Quote(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";

    private static int FindEnd(string source, int start)
    {
        var c = source[start];
        if (c is '"' or '\'')
        {
            var end = source.IndexOf(c, start + 1);
            return end < 0 ? source.Length : end + 1;
        }

        if (!IsWord(c))
        {
            var isPair = start + 1 < source.Length
                && source.AsSpan(start, 2) is "==" or "!=" or "<=" or ">=" or "&&" or "||";
            return start + (isPair ? 2 : 1);
        }

        var at = start;
        while (at < source.Length && (IsWord(source[at]) || (source[at] == '.' && char.IsAsciiDigit(c))))
        {
            at++;
        }

        return at;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
