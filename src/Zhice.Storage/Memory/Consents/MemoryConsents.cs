using Zhice.Domain.Contacts;
using Zhice.Storage.Consents;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Consents;

/// <summary>The history of consent in memory. What commits do to it is done under the store's gate.</summary>
internal sealed class MemoryConsents(Lock gate) : IConsentStore
{
    private readonly Dictionary<StateKey, List<KeptStatement>> _words = [];
    private long _last;

    /// <summary>All words, for tests.</summary>
    internal IEnumerable<ConsentStatement> Words => _words.Values.SelectMany(static words => words).Select(static kept => kept.Word);

    /// <summary>Keeps a word, unless it is there.</summary>
    public void Keep(StateKey customer, ConsentStatement word)
    {
        if (!_words.TryGetValue(customer, out var words))
        {
            _words[customer] = words = [];
        }

        if (!words.Exists(kept => IsSame(kept.Word, word)))
        {
            words.Add(new(new(word.AtMs, ++_last), word));
        }
    }

    /// <summary>A customer's words, under the store's gate.</summary>
    public IEnumerable<ConsentStatement> List(StateKey customer) => _words.GetValueOrDefault(customer, []).Select(static kept => kept.Word);

    /// <summary>Removes a customer's words, under the store's gate.</summary>
    public IReadOnlyList<ConsentStatement> Remove(StateKey customer) =>
        _words.Remove(customer, out var words) ? [.. words.Select(static kept => kept.Word)] : [];

    /// <summary>The customers with words, under the store's gate.</summary>
    public IEnumerable<StateKey> Customers => _words.Keys;

    public Task<IReadOnlyList<KeptStatement>> ListAsync(string customerId, StatementPosition? before, int limit)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<KeptStatement>>(
            [
                .. _words.GetValueOrDefault(CustomerKey.Create(customerId), [])
                    .Where(kept =>
                        before is not { } place || kept.Place.AtMs < place.AtMs
                            || (kept.Place.AtMs == place.AtMs && kept.Place.Number < place.Number))
                    .OrderByDescending(static kept => kept.Place.AtMs).ThenByDescending(static kept => kept.Place.Number).Take(limit),
            ]);
        }
    }

    private static bool IsSame(ConsentStatement one, ConsentStatement other) =>
        (
            one.AtMs, one.Channel, one.Purpose, one.IsGranted,
            one.Source) == (other.AtMs, other.Channel, other.Purpose, other.IsGranted, other.Source)
        && one.EvidenceId == other.EvidenceId;
}
