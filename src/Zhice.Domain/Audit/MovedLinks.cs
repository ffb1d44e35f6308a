namespace Zhice.Domain.Audit;

/// <summary>Finds, among entries whose hashes do not fit their places, those that were written with another number.</summary>
internal sealed class MovedLinks
{
    // Each is tried with the places of all others.
    private const int MaxLinks = 64;

    private readonly List<(AuditHead Before, AuditLink Link)> _links = [];

    /// <summary>Adds an entry that does not fit.</summary>
    public void Add(AuditHead before, AuditLink link)
    {
        if (_links.Count < MaxLinks)
        {
            _links.Add((before, link));
        }
    }

    /// <summary>The number that the entry at <paramref name="sequence"/> was written with; null where that is not known.</summary>
    public long? FindOriginal(long sequence)
    {
        if (_links.Find(moved => moved.Link.Sequence == sequence) is not { Link: { } link })
        {
            return null;
        }

        foreach (var (before, other) in _links)
        {
            // What stood before it then may stand elsewhere now, as when two neighbours changed places.
            var original = other.Sequence;
            if (original != sequence
                && (IsBehind(before) || _links.Exists(all => IsBehind(new(before.ChainId, original - 1, all.Link.AtMs, all.Link.Hash)))))
            {
                return original;
            }

            bool IsBehind(AuditHead head) => AuditChain.Hash(head, original, link.AtMs, link.Content).AsSpan().SequenceEqual(link.Hash);
        }

        return null;
    }
}
