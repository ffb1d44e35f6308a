namespace Zhice.Domain.Tags;

/// <summary>
/// The written tags of a customer: sorted numbers, 8-byte values, times and sources side by side; texts and expiries,
/// which few tags have, apart.
/// </summary>
/// <remarks>Budget: 60 tags in at most about 1 KiB of memory; 15 bytes a tag and up to 8 arrays' heads.</remarks>
public sealed partial class TagSet
{
    private ushort[] _tags = [];
    private long[] _bits = [];
    private uint[] _writtenAt = [];
    private byte[] _sources = [];
    private TagMap<string> _texts;
    private TagMap<long> _expiries;

    // Whether another set has the same arrays: before a change, they are copied.
    private bool _isShared;

    /// <summary>How many tags there are, expired ones too.</summary>
    public int Count => _tags.Length;

    /// <summary>The bits of a tag; false when it is missing or expired. Allocates nothing.</summary>
    public bool TryGet(ushort tag, long nowMs, out long bits)
    {
        var at = _tags.AsSpan().BinarySearch(tag);
        if (at < 0 || IsExpired(tag, nowMs))
        {
            bits = 0;
            return false;
        }

        bits = _bits[at];
        return true;
    }

    /// <summary>The text of a text tag; false when it is missing or expired.</summary>
    public bool TryGetText(ushort tag, long nowMs, out string text)
    {
        if (_texts.TryGet(tag, out var found) && !IsExpired(tag, nowMs))
        {
            text = found;
            return true;
        }

        text = "";
        return false;
    }

    /// <summary>The bits of a tag; false when it is missing, expired or past its retention. Allocates nothing.</summary>
    public bool TryGet(TagDefinition tag, long nowMs, out long bits) => TryGet(tag.Number, nowMs, out bits) && IsRetained(tag, nowMs);

    /// <summary>The text of a text tag; false when it is missing, expired or past its retention.</summary>
    public bool TryGetText(TagDefinition tag, long nowMs, out string text) =>
        TryGetText(tag.Number, nowMs, out text) && IsRetained(tag, nowMs);

    /// <summary>Removes a tag that is past its retention; false when it is not there, or still kept.</summary>
    public bool RemovePast(TagDefinition tag, long nowMs) =>
        _tags.AsSpan().BinarySearch(tag.Number) >= 0 && !IsRetained(tag, nowMs) && Remove(tag.Number);

    /// <summary>Writes a tag.</summary>
    /// <param name="tag">The tag's number.</param>
    /// <param name="value">The value.</param>
    /// <param name="atMs">When, unix milliseconds; kept to the second.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="expiresAtMs">Until when it holds, exclusive; 0: for good.</param>
    public void Set(ushort tag, in TagValue value, long atMs, TagSource source, long expiresAtMs = 0)
    {
        Own();
        var at = _tags.AsSpan().BinarySearch(tag);
        if (at < 0)
        {
            at = ~at;
            _tags = Inserted(_tags, at);
            _bits = Inserted(_bits, at);
            _writtenAt = Inserted(_writtenAt, at);
            _sources = Inserted(_sources, at);
        }

        (_tags[at], _bits[at], _writtenAt[at], _sources[at]) = (tag, value.Bits, (uint)(atMs / 1000), (byte)source);
        _texts = value.Text is { } text ? _texts.With(tag, text) : _texts.Without(tag);
        _expiries = expiresAtMs != 0 ? _expiries.With(tag, expiresAtMs) : _expiries.Without(tag);
    }

    /// <summary>Removes a tag; false when it was not there.</summary>
    public bool Remove(ushort tag)
    {
        var at = _tags.AsSpan().BinarySearch(tag);
        if (at < 0)
        {
            return false;
        }

        Own();
        _tags = Removed(_tags, at);
        _bits = Removed(_bits, at);
        _writtenAt = Removed(_writtenAt, at);
        _sources = Removed(_sources, at);
        (_texts, _expiries) = (_texts.Without(tag), _expiries.Without(tag));
        return true;
    }

    /// <summary>Removes what is expired; false when nothing was.</summary>
    public bool RemoveExpired(long nowMs)
    {
        var before = _expiries;
        for (var i = 0; i < before.Count; i++)
        {
            if (before.Values[i] <= nowMs)
            {
                Remove(before.Tags[i]);
            }
        }

        return _expiries.Count < before.Count;
    }

    /// <summary>A set of these tags, made at once: for bulk data.</summary>
    /// <param name="entries">The tags, in the order of their numbers, each once.</param>
    public static TagSet Create(ReadOnlySpan<TagEntry> entries)
    {
        var set = new TagSet
        {
            _tags = new ushort[entries.Length],
            _bits = new long[entries.Length],
            _writtenAt = new uint[entries.Length],
            _sources = new byte[entries.Length],
        };
        for (var i = 0; i < entries.Length; i++)
        {
            ref readonly var entry = ref entries[i];
            (set._tags[i], set._bits[i], set._writtenAt[i], set._sources[i]) =
                (entry.Tag, entry.Bits, (uint)(entry.WrittenAtMs / 1000), (byte)entry.Source);
        }

        set._texts = Few(entries, static entry => entry.Text is not null, static entry => entry.Text!);
        set._expiries = Few(entries, static entry => entry.ExpiresAtMs != 0, static entry => entry.ExpiresAtMs);
        return set;
    }

    /// <summary>A copy; what is in it is copied before one of the two changes.</summary>
    public TagSet Clone()
    {
        _isShared = true;
        return (TagSet)MemberwiseClone();
    }

    /// <summary>All tags by number, expired ones too; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(this);

    private void Own()
    {
        if (_isShared)
        {
            (_tags, _bits, _writtenAt, _sources) = ([.. _tags], [.. _bits], [.. _writtenAt], [.. _sources]);
            _isShared = false;
        }
    }

    private bool IsRetained(TagDefinition tag, long nowMs) => tag.Protection.RetentionMs == 0
        || ((_writtenAt[_tags.AsSpan().BinarySearch(tag.Number)] * 1000L) + tag.Protection.RetentionMs > nowMs);

    private bool IsExpired(ushort tag, long nowMs) => _expiries.TryGet(tag, out var expiry) && expiry <= nowMs;

    private static TagMap<T> Few<T>(ReadOnlySpan<TagEntry> entries, Func<TagEntry, bool> has, Func<TagEntry, T> value)
    {
        var (tags, values) = (new List<ushort>(), new List<T>());
        foreach (ref readonly var entry in entries)
        {
            if (has(entry))
            {
                tags.Add(entry.Tag);
                values.Add(value(entry));
            }
        }

        return TagMap<T>.Create([.. tags], [.. values]);
    }

    private static T[] Inserted<T>(T[] array, int at)
    {
        var longer = new T[array.Length + 1];
        array.AsSpan(0, at).CopyTo(longer);
        array.AsSpan(at).CopyTo(longer.AsSpan(at + 1));
        return longer;
    }

    private static T[] Removed<T>(T[] array, int at) => [.. array.AsSpan(0, at), .. array.AsSpan(at + 1)];

    /// <summary>Goes through the tags.</summary>
    public struct Enumerator
    {
        private readonly TagSet _set;
        private int _at;

        internal Enumerator(TagSet set) => (_set, _at) = (set, -1);

        /// <summary>The present tag.</summary>
        public readonly TagEntry Current
        {
            get
            {
                var tag = _set._tags[_at];
                return new(
                    tag,
                    _set._bits[_at],
                    _set._texts.TryGet(tag, out var text) ? text : null,
                    _set._writtenAt[_at] * 1000L,
                    (TagSource)_set._sources[_at],
                    _set._expiries.TryGet(tag, out var expiry) ? expiry : 0);
            }
        }

        /// <summary>Goes to the next.</summary>
        public bool MoveNext() => ++_at < _set._tags.Length;
    }
}
