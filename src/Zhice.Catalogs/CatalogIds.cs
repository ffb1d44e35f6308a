using Zhice.Domain.Expressions;

namespace Zhice.Catalogs;

/// <summary>The ids of one kind in a definition: checks their form, that each is there once, and what refers to them.</summary>
/// <param name="kind">What they name, such as "tag".</param>
/// <param name="faults">Where faults go.</param>
internal sealed class CatalogIds(string kind, CatalogFaults faults)
{
    public const int MaxLength = 64;

    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);

    public IEnumerable<string> All => _owners.Keys;

    public static bool IsWellFormed(string id) =>
        id.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterLower(id[0])
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    public bool Contains(string id) => _owners.ContainsKey(id);

    /// <summary>Takes an id in; false with a fault when it has the wrong form or was there before.</summary>
    public bool Add(string owner, string field, string id)
    {
        var path = $"{owner}.{field}";
        if (!IsWellFormed(id))
        {
            var found = id.Length == 0 ? "the id is missing" : $"\"{ShortName.Shorten(id)}\" is no id";
            faults.Add(
                path,
                $"{found}; an id is lower case letters, digits and '_', starts with a letter, and has at most {MaxLength} characters");
            return false;
        }

        if (!_owners.TryAdd(id, owner))
        {
            faults.Add(path, $"'{id}' is the id of {_owners[id]} already; each {kind} has its own id");
            return false;
        }

        return true;
    }

    /// <summary>Takes an id in whose parts were checked elsewhere.</summary>
    public void Note(string id, string owner) => _owners.TryAdd(id, owner);

    /// <summary>Whether an id that is referred to is known; false with a fault when it is not.</summary>
    public bool Knows(string path, string id)
    {
        if (_owners.ContainsKey(id))
        {
            return true;
        }

        if (!faults.IsFull)
        {
            faults.Add(path, id.Length == 0
                ? $"the id of a {kind} is missing; name one of this catalogue"
                : $"there is no {kind} '{ShortName.Shorten(id)}'{NearestName.Hint(ShortName.Shorten(id), _owners.Keys)}");
        }

        return false;
    }
}
