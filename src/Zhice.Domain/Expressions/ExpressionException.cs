namespace Zhice.Domain.Expressions;

/// <summary>An expression that cannot be read or does not fit the catalogue: where, what was found, what would be right.</summary>
public sealed class ExpressionException : Exception
{
    internal ExpressionException(string source, int offset, string fault)
        : this(GetLine(source, offset), GetColumn(source, offset), fault)
    {
    }

    private ExpressionException(int line, int column, string fault)
        : base($"line {line}, column {column}: {fault}") => (Line, Column, Fault) = (line, column, fault);

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>The column, from 1, in UTF-16 characters; one past the last at the end of the text.</summary>
    public int Column { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Fault { get; }

    private static int GetLine(string source, int offset) => source.AsSpan(0, offset).Count('\n') + 1;

    private static int GetColumn(string source, int offset) => offset - source.AsSpan(0, offset).LastIndexOf('\n');
}
