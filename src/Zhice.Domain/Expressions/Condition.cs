using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>What a condition asks of a tag.</summary>
public enum Comparison : byte
{
    /// <summary>The tag has a value.</summary>
    Has,

    /// <summary>The tag has no value.</summary>
    HasNot,

    /// <summary>Equal to the operand.</summary>
    Equal,

    /// <summary>There is a value, and it is not the operand.</summary>
    NotEqual,

    /// <summary>Below the operand.</summary>
    Less,

    /// <summary>At most the operand.</summary>
    LessOrEqual,

    /// <summary>Above the operand.</summary>
    Greater,

    /// <summary>At least the operand.</summary>
    GreaterOrEqual,

    /// <summary>One of the operands.</summary>
    In,
}

/// <summary>
/// One comparison of a tag, checked against its type. A missing tag makes every comparison false but
/// <see cref="Comparison.HasNot"/>.
/// </summary>
/// <remarks>Hot path: no allocation; a binary search and a compare of 64 bits (texts: an ordinal compare).</remarks>
public sealed class Condition
{
    private readonly TagDefinition _tag;
    private readonly Comparison _comparison;
    private readonly long[] _operands;
    private readonly string[] _texts;

    internal Condition(TagDefinition tag, Comparison comparison, long[] operands, string[] texts)
    {
        (_tag, _comparison, _operands, _texts) = (tag, comparison, operands, texts);
    }

    /// <summary>Whether it holds for a customer at this moment.</summary>
    public bool Holds(in CustomerView customer)
    {
        if (_tag.Type == TagType.String)
        {
            return customer.TryGetText(_tag, out var text) ? TextHolds(text) : _comparison == Comparison.HasNot;
        }

        return customer.TryGet(_tag, out var bits) ? BitsHold(bits) : _comparison == Comparison.HasNot;
    }

    private bool BitsHold(long bits) => _comparison switch
    {
        Comparison.Has => true,
        Comparison.Equal => bits == _operands[0],
        Comparison.NotEqual => bits != _operands[0],
        Comparison.Less => bits < _operands[0],
        Comparison.LessOrEqual => bits <= _operands[0],
        Comparison.Greater => bits > _operands[0],
        Comparison.GreaterOrEqual => bits >= _operands[0],
        Comparison.In => _operands.AsSpan().Contains(bits),
        _ => false,
    };

    private bool TextHolds(string text) => _comparison switch
    {
        Comparison.Has => true,
        Comparison.Equal or Comparison.In => _texts.AsSpan().Contains(text),
        Comparison.NotEqual => !_texts.AsSpan().Contains(text),
        _ => false,
    };
}
