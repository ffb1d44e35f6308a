using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Audiences;

/// <summary>
/// Reads the uploaded audiences that do-not-contact lists name, and keeps those in force: a version of a list never changes.
/// One at a time keeps them.
/// </summary>
internal sealed class ListReading(IGrainFactory grains)
{
    private const int BucketsAtOnce = 64;

    private ImmutableDictionary<string, CustomerSet> _kept = ImmutableDictionary<string, CustomerSet>.Empty;

    /// <summary>How many lists are kept.</summary>
    public int Kept => _kept.Count;

    /// <summary>Who is on the lists of a catalogue that is to be in force; no others are kept afterwards.</summary>
    /// <param name="catalog">The catalogue.</param>
    /// <param name="lists">For each uploaded audience the key of its list.</param>
    public async Task<ListedCustomers> KeepAsync(Catalog catalog, ImmutableDictionary<string, string> lists)
    {
        var sets = await ReadAsync(catalog, lists);
        _kept = sets;
        return Create(catalog, lists, sets);
    }

    /// <summary>Who is on the lists of a catalogue, such as a draft.</summary>
    public async Task<ListedCustomers> ReadListsAsync(Catalog catalog, ImmutableDictionary<string, string> lists) =>
        Create(catalog, lists, await ReadAsync(catalog, lists));

    private static ListedCustomers Create(
        Catalog catalog, ImmutableDictionary<string, string> lists, ImmutableDictionary<string, CustomerSet> sets) =>
        ListedCustomers.Create(catalog.ContactPolicy, audienceId => lists.TryGetValue(audienceId, out var list) ? sets[list] : null);

    private async Task<ImmutableDictionary<string, CustomerSet>> ReadAsync(Catalog catalog, ImmutableDictionary<string, string> lists)
    {
        var sets = ImmutableDictionary.CreateBuilder<string, CustomerSet>(StringComparer.Ordinal);
        foreach (var named in catalog.ContactPolicy.DoNotContact)
        {
            if (named.AudienceId is { } audienceId && lists.TryGetValue(audienceId, out var list) && !sets.ContainsKey(list))
            {
                sets.Add(list, _kept.GetValueOrDefault(list) ?? CustomerSet.FromHashes(await HashesAsync(list)));
            }
        }

        return sets.ToImmutable();
    }

    private async Task<ulong[]> HashesAsync(string list)
    {
        var all = new List<ImmutableArray<ulong>>(CustomerBucket.Count);
        foreach (var some in Enumerable.Range(0, CustomerBucket.Count).Chunk(BucketsAtOnce))
        {
            all.AddRange(
                await Task.WhenAll(some.Select(bucket => grains.GetGrain<IAudienceListGrain>($"{list}/{bucket}").Hashes().AsTask())));
        }

        var hashes = new ulong[all.Sum(static part => part.Length)];
        var at = 0;
        foreach (var part in all)
        {
            part.CopyTo(hashes, at);
            at += part.Length;
        }

        return hashes;
    }
}
