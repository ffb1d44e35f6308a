namespace Zhice.Cli.Values;

/// <summary>Values within a page of Markdown.</summary>
internal static class MarkdownText
{
    /// <summary>
    /// A value that came from outside, for the middle of a line: it ends no cell, line, link or code span, begins no heading and no tag of
    /// HTML, and reads as it is.
    /// </summary>
    public static string Escape(string text) => string.Concat(text.Select(static c =>
        char.IsControl(c) || c is '\u2028' or '\u2029' ? " " : c is '|' or '`' or '<' or '[' or '*' or '\\' or '&' ? $"\\{c}" : $"{c}"));
}
