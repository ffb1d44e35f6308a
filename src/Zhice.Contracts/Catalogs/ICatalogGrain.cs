using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Catalogs;

/// <summary>Keeps the versions of the catalogue, one grain for the cluster; its key is "catalog".</summary>
[Alias("zhice.catalog")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "catalog";

    /// <summary>Checks a catalogue and puts it in force, or goes back to an earlier one.</summary>
    [Alias("Apply")]
    ValueTask<CatalogAnswer> Apply(CatalogChange change);

    /// <summary>A version, 0 for the one in force; null when it is not kept.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<CatalogDocument?> Find(long version);

    /// <summary>The versions that are kept, the newest first.</summary>
    [AlwaysInterleave, Alias("Versions")]
    ValueTask<ImmutableArray<CatalogVersionRecord>> Versions();

    /// <summary>The version in force as soon as it is another than the caller has, or after some seconds.</summary>
    [AlwaysInterleave, Alias("WaitForOther")]
    Task<CatalogDocument?> WaitForOther(long knownVersion, CancellationToken cancellation);
}

/// <summary>A change of the catalogue.</summary>
[GenerateSerializer, Immutable, Alias("zhice.catalog-change")]
public sealed record CatalogChange
{
    /// <summary>The catalogue, a <c>zhice.v1.Catalog</c> as bytes; empty to go back.</summary>
    [Id(0)]
    public byte[] Definition { get; init; } = [];

    /// <summary>The version to go back to; 0 to apply the definition.</summary>
    [Id(1)]
    public long RollbackTo { get; init; }

    /// <summary>The etag of the version that was edited; empty: any.</summary>
    [Id(2)]
    public string Etag { get; init; } = "";

    /// <summary>Checks only.</summary>
    [Id(3)]
    public bool ValidateOnly { get; init; }

    /// <summary>Who.</summary>
    [Id(4)]
    public string Author { get; init; } = "";

    /// <summary>Why.</summary>
    [Id(5)]
    public string Comment { get; init; } = "";

    /// <summary>The caller's id; empty for none.</summary>
    [Id(6)]
    public string RequestId { get; init; } = "";

    /// <summary>A hash of what the call asked, when that is less than the whole definition; else 0.</summary>
    [Id(7)]
    public ulong BodyHash { get; init; }

    /// <summary>Who approved it; empty: nobody did.</summary>
    [Id(8)]
    public string Approver { get; init; } = "";

    /// <summary>The change request that it comes from; 0: none.</summary>
    [Id(9)]
    public long ChangeId { get; init; }

    /// <summary>Whether much of what is in force may go.</summary>
    [Id(10)]
    public bool AllowsRemovals { get; init; }
}

/// <summary>What became of a change of the catalogue.</summary>
[GenerateSerializer, Alias("zhice.catalog-outcome")]
public enum CatalogOutcome : byte
{
    /// <summary>It is in force (or, when only checked, could be).</summary>
    Applied,

    /// <summary>It has faults; nothing is changed.</summary>
    Faulty,

    /// <summary>Another version than the edited one is in force.</summary>
    Stale,

    /// <summary>The version to go back to is not kept.</summary>
    NoSuchVersion,

    /// <summary>An earlier call with this request id asked for something else.</summary>
    RequestIdReused,

    /// <summary>The catalogue in force says that another person must approve each change.</summary>
    ApprovalRequired,

    /// <summary>Much of what is in force would go, and the change does not say that it may.</summary>
    RemovesMuch,
}

/// <summary>What became of a change of the catalogue.</summary>
[GenerateSerializer, Immutable, Alias("zhice.catalog-answer")]
public sealed record CatalogAnswer(
    [property: Id(0)] CatalogOutcome Outcome,
    [property: Id(1)] CatalogVersionRecord? Version,
    [property: Id(2)] ImmutableArray<CatalogFault> Faults)
{
    /// <summary>What may be other than was meant, each a sentence: what would go, and which names run out.</summary>
    [Id(3)]
    public ImmutableArray<string> Warnings { get; init; } = [];
}

/// <summary>What is kept of a version beside its definition.</summary>
[GenerateSerializer, Immutable, Alias("zhice.catalog-version")]
public sealed record CatalogVersionRecord
{
    /// <summary>Its number, from 1.</summary>
    [Id(0)]
    public required long Version { get; init; }

    /// <summary>When it came into force.</summary>
    [Id(1)]
    public required DateTimeOffset AppliedAt { get; init; }

    /// <summary>Who.</summary>
    [Id(2)]
    public required string Author { get; init; }

    /// <summary>Why.</summary>
    [Id(3)]
    public required string Comment { get; init; }

    /// <summary>A hash of number and definition.</summary>
    [Id(4)]
    public required string Etag { get; init; }

    /// <summary>How many actions it has.</summary>
    [Id(5)]
    public required int ActionCount { get; init; }

    /// <summary>How many tags it has.</summary>
    [Id(6)]
    public required int TagCount { get; init; }

    /// <summary>The caller's id of the call that applied it; empty for none.</summary>
    [Id(7)]
    public required string RequestId { get; init; }

    /// <summary>The hash of what that call asked, when it was less than the whole definition; else 0.</summary>
    [Id(8)]
    public ulong BodyHash { get; init; }

    /// <summary>Who approved it; empty: nobody did.</summary>
    [Id(9)]
    public string Approver { get; init; } = "";

    /// <summary>The change request that it came from; 0: none.</summary>
    [Id(10)]
    public long ChangeId { get; init; }
}

/// <summary>A version with its definition and the numbers of all names.</summary>
[GenerateSerializer, Immutable, Alias("zhice.catalog-document")]
public sealed record CatalogDocument(
    [property: Id(0)] CatalogVersionRecord Version,
    [property: Id(1)] byte[] Definition,
    [property: Id(2)] ImmutableArray<Symbol> Symbols);
