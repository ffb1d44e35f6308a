using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Zhice.Catalogs.Yaml;

/// <summary>
/// Reads YAML as far as a catalogue can need it: a small file that says much by aliases of aliases, or that is nested without
/// end, is refused where it begins to, before anything is made of it.
/// </summary>
internal sealed class BoundedYaml(IParser inner) : IParser
{
    /// <summary>How many bytes a file may have: a catalogue has at most 4 MiB, and YAML takes more room.</summary>
    public const long MaxBytes = 16L << 20;

    private const int MaxDepth = 32;

    private int _depth;

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        var hasMore = inner.MoveNext();
        switch (inner.Current)
        {
            case AnchorAlias alias:
                throw new YamlException(
                    alias.Start, alias.End,
                    $"'*{alias.Value}' stands for what was said before; a catalogue says each thing where it is, without aliases");
            case MappingStart or SequenceStart when ++_depth > MaxDepth:
                throw new YamlException(
                    inner.Current.Start, inner.Current.End, $"found more than {MaxDepth} levels; a catalogue has fewer");
            case MappingEnd or SequenceEnd:
                _depth--;
                break;
        }

        return hasMore;
    }
}
