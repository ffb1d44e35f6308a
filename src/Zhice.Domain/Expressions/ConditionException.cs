namespace Zhice.Domain.Expressions;

/// <summary>An expression that cannot be read: where, what was found, and what would be right.</summary>
public sealed class ConditionException(int column, string fault) : Exception($"column {column}: {fault}")
{
    /// <summary>Where, from 1.</summary>
    public int Column { get; } = column;
}
