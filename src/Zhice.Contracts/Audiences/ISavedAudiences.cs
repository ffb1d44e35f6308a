using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Audiences;

/// <summary>Keeps the saved audiences, one grain for the cluster; its key is "audiences".</summary>
[Alias("zhice.audience-book")]
public interface ISavedAudiencesGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "audiences";

    /// <summary>How many there may be.</summary>
    const int MaxAudiences = 1_000;

    /// <summary>
    /// Saves the next version of an audience; null when another than the edited one is there. The etag "new" says that there is none, an
    /// empty one takes any.
    /// </summary>
    /// <exception cref="Domain.Faults.TooManyAudiencesException">It would be one more than there may be.</exception>
    [Alias("Save")]
    ValueTask<SavedAudience?> Save(SavedAudience audience, string etag);

    /// <summary>Notes a list of which parts are about to be kept: until an audience names it, it is one that may be forgotten.</summary>
    [Alias("Begin")]
    ValueTask Begin(string list);

    /// <summary>The lists that no audience has named since before an instant: those that were replaced, and those never saved.</summary>
    [AlwaysInterleave, Alias("Unnamed")]
    ValueTask<ImmutableArray<string>> Unnamed(long beforeMs);

    /// <summary>Notes that all parts of a list are forgotten that no audience names.</summary>
    [Alias("Forgotten")]
    ValueTask Forgotten(string list);

    /// <summary>
    /// Deletes an audience; null when there is none, false when another than the edited one is there. An empty etag takes any.
    /// </summary>
    [Alias("Delete")]
    ValueTask<bool?> Delete(string audienceId, string etag);

    /// <summary>A saved audience; null when there is none.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<SavedAudience?> Find(string audienceId);

    /// <summary>All of them, by id.</summary>
    [AlwaysInterleave, Alias("All")]
    ValueTask<ImmutableArray<SavedAudience>> All();
}

/// <summary>The earlier versions of a saved audience; its key is the id of the audience.</summary>
[Alias("zhice.audience-history")]
public interface IAudienceHistoryGrain : IGrainWithStringKey
{
    /// <summary>How many earlier versions are kept.</summary>
    const int MaxVersions = 50;

    /// <summary>Keeps a version that is about to be replaced; again, it is kept once.</summary>
    [Alias("Keep")]
    ValueTask Keep(SavedAudience version);

    /// <summary>The versions that are kept, the newest first.</summary>
    [AlwaysInterleave, Alias("All")]
    ValueTask<ImmutableArray<SavedAudience>> All();
}

/// <summary>One bucket's part of a version of a static list, keyed "audience/version/bucket".</summary>
[Alias("zhice.audience-list")]
public interface IAudienceListGrain : IGrainWithStringKey
{
    /// <summary>Adds customers.</summary>
    [Alias("Add")]
    ValueTask<int> Add(ImmutableArray<string> customerIds);

    /// <summary>Removes a customer.</summary>
    /// <returns>False when the customer is not on the list.</returns>
    [Alias("Remove")]
    ValueTask<bool> Remove(string customerId);

    /// <summary>Forgets them.</summary>
    [Alias("Clear")]
    ValueTask Clear();

    /// <summary>All of them.</summary>
    [AlwaysInterleave, Alias("All")]
    ValueTask<ImmutableArray<string>> All();

    /// <summary>The hashes of their ids, see <see cref="Domain.Primitives.CustomerSet.Hash"/>.</summary>
    [AlwaysInterleave, Alias("Hashes")]
    ValueTask<ImmutableArray<ulong>> Hashes();

    /// <summary>Those whom the store does not know.</summary>
    /// <param name="maximum">How many are named at most.</param>
    [AlwaysInterleave, Alias("FindUnknown")]
    ValueTask<UnknownCustomers> FindUnknown(int maximum);
}

/// <summary>Customers of a list whom the store does not know.</summary>
/// <param name="Count">How many.</param>
/// <param name="Some">Some of them.</param>
[GenerateSerializer, Immutable, Alias("zhice.unknown-customers")]
public sealed record UnknownCustomers([property: Id(0)] int Count, [property: Id(1)] ImmutableArray<string> Some);

/// <summary>A saved audience.</summary>
[GenerateSerializer, Immutable, Alias("zhice.saved-audience")]
public sealed record SavedAudience
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Its name for people.</summary>
    [Id(1)]
    public required string DisplayName { get; init; }

    /// <summary>Its condition; empty for a static list.</summary>
    [Id(2)]
    public required string Expression { get; init; }

    /// <summary>Who saved it.</summary>
    [Id(3)]
    public required string Author { get; init; }

    /// <summary>When, unix milliseconds.</summary>
    [Id(4)]
    public required long SavedAtMs { get; init; }

    /// <summary>Its version, from 1.</summary>
    [Id(5)]
    public long Version { get; init; }

    /// <summary>For a static list: its key, as the id, "/" and a version; empty for a condition.</summary>
    [Id(6)]
    public string List { get; init; } = "";

    /// <summary>For a static list: how many ids it has.</summary>
    [Id(7)]
    public long Listed { get; init; }

    /// <summary>A hash of the version.</summary>
    public string Etag => $"{Version}-{SavedAtMs:x}";
}
