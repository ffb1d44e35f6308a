using System.Diagnostics.CodeAnalysis;

namespace Zhice.Domain.Tags;

/// <summary>Values that few tags of a customer have, such as texts: sorted numbers and values side by side. It never changes.</summary>
internal readonly struct TagMap<T>
{
    private readonly ushort[]? _tags;
    private readonly T[]? _values;

    private TagMap(ushort[] tags, T[] values) => (_tags, _values) = (tags, values);

    /// <summary>How many tags have a value.</summary>
    public int Count => Tags.Length;

    /// <summary>The tags by number.</summary>
    public ReadOnlySpan<ushort> Tags => _tags;

    /// <summary>Their values.</summary>
    public ReadOnlySpan<T> Values => _values;

    /// <summary>Takes tags and their values, in any order, each tag once; the arrays are its own from then on.</summary>
    public static TagMap<T> Create(ushort[] tags, T[] values)
    {
        if (tags.Length == 0)
        {
            return default;
        }

        for (var i = 1; i < tags.Length; i++)
        {
            if (tags[i - 1] > tags[i])
            {
                Array.Sort(tags, values);
                break;
            }
        }

        return new(tags, values);
    }

    /// <summary>The value of a tag; false when it has none.</summary>
    public bool TryGet(ushort tag, [MaybeNullWhen(false)] out T value)
    {
        var at = Tags.BinarySearch(tag);
        value = at < 0 ? default : _values![at];
        return at >= 0;
    }

    /// <summary>These, and a tag with a value.</summary>
    public TagMap<T> With(ushort tag, T value)
    {
        var at = Tags.BinarySearch(tag);
        if (at >= 0)
        {
            T[] values = [.. Values];
            values[at] = value;
            return new(_tags!, values);
        }

        return new([.. Tags[..~at], tag, .. Tags[~at..]], [.. Values[..~at], value, .. Values[~at..]]);
    }

    /// <summary>These, and a tag without a value.</summary>
    public TagMap<T> Without(ushort tag)
    {
        var at = Tags.BinarySearch(tag);
        return at < 0 ? this
            : Count == 1 ? default
            : new([.. Tags[..at], .. Tags[(at + 1)..]], [.. Values[..at], .. Values[(at + 1)..]]);
    }
}
