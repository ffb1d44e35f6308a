using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Catalogs;

namespace Zhice.Contracts.Catalogs;

/// <summary>Keeps the change requests of the catalogue, one grain for the cluster; its key is "change-requests".</summary>
[Alias("zhice.change-requests")]
public interface IChangeRequestsGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "change-requests";

    /// <summary>Proposes a catalogue, or a new revision of an open change request.</summary>
    [Alias("Propose")]
    ValueTask<ChangeRequestAnswer> Propose(ChangeProposal proposal);

    /// <summary>Approves, rejects or withdraws an open change request.</summary>
    [Alias("Close")]
    ValueTask<ChangeRequestAnswer> Close(ChangeClosing closing);

    /// <summary>A change request; null when there is none.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<ChangeRequestRecord?> Find(long changeId);

    /// <summary>All that are kept, the newest first, without their definitions.</summary>
    [AlwaysInterleave, Alias("All")]
    ValueTask<ImmutableArray<ChangeRequestRecord>> All();
}

/// <summary>A catalogue that is proposed.</summary>
/// <param name="Definition">A <c>zhice.v1.Catalog</c> as bytes.</param>
/// <param name="BaseEtag">The etag of the version that was edited; empty: the one in force.</param>
/// <param name="Author">Who.</param>
/// <param name="Comment">Why.</param>
/// <param name="ChangeId">The open change request that it is a new revision of; 0: none.</param>
/// <param name="Etag">The etag of that change request.</param>
/// <param name="RequestId">The caller's id; empty for none.</param>
[GenerateSerializer, Immutable, Alias("zhice.catalog-change-proposal")]
public sealed record ChangeProposal(
    [property: Id(0)] byte[] Definition,
    [property: Id(1)] string BaseEtag,
    [property: Id(2)] string Author,
    [property: Id(3)] string Comment,
    [property: Id(4)] long ChangeId,
    [property: Id(5)] string Etag,
    [property: Id(6)] string RequestId);

/// <summary>Ends a change request.</summary>
/// <param name="ChangeId">Which.</param>
/// <param name="To">What it becomes.</param>
/// <param name="Etag">The etag of what was shown.</param>
/// <param name="Actor">Who.</param>
/// <param name="Comment">Why.</param>
[GenerateSerializer, Immutable, Alias("zhice.catalog-change-closing")]
public sealed record ChangeClosing(
    [property: Id(0)] long ChangeId, [property: Id(1)] ChangeState To, [property: Id(2)] string Etag, [property: Id(3)] string Actor,
    [property: Id(4)] string Comment);

/// <summary>The state of a change request. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.catalog-change-state")]
public enum ChangeState : byte
{
    /// <summary>It waits for another person.</summary>
    Open = 1,

    /// <summary>It was approved, and came into force.</summary>
    Applied = 2,

    /// <summary>It was refused.</summary>
    Rejected = 3,

    /// <summary>Its author took it back.</summary>
    Withdrawn = 4,
}

/// <summary>What became of a call about a change request.</summary>
[GenerateSerializer, Alias("zhice.catalog-change-outcome")]
public enum ChangeRequestOutcome : byte
{
    /// <summary>It is made, durably.</summary>
    Made,

    /// <summary>There is no such change request.</summary>
    NotFound,

    /// <summary>The catalogue has faults.</summary>
    Faulty,

    /// <summary>Another revision is there than the one that was shown.</summary>
    Stale,

    /// <summary>Another version is in force than the one that it was made against.</summary>
    NeedsRebase,

    /// <summary>It is closed.</summary>
    Closed,

    /// <summary>An author cannot approve it.</summary>
    OwnApproval,

    /// <summary>Only an author takes it back.</summary>
    NotAuthor,

    /// <summary>As many are open as may be.</summary>
    TooMany,

    /// <summary>An earlier call with this request id asked for something else.</summary>
    RequestIdReused,
}

/// <summary>What became of a call about a change request.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Change">The change request as it is; null when there is none.</param>
/// <param name="Faults">The faults of the catalogue.</param>
/// <param name="Version">The version that it became, or the one that is in force.</param>
[GenerateSerializer, Immutable, Alias("zhice.catalog-change-answer")]
public sealed record ChangeRequestAnswer(
    [property: Id(0)] ChangeRequestOutcome Outcome,
    [property: Id(1)] ChangeRequestRecord? Change,
    [property: Id(2)] ImmutableArray<CatalogFault> Faults,
    [property: Id(3)] CatalogVersionRecord? Version);

/// <summary>A change request as it is.</summary>
[GenerateSerializer, Immutable, Alias("zhice.catalog-change-request")]
public sealed record ChangeRequestRecord
{
    /// <summary>Its number, from 1.</summary>
    [Id(0)]
    public required long ChangeId { get; init; }

    /// <summary>Counts what was proposed under this number, from 1.</summary>
    [Id(1)]
    public required long Revision { get; init; }

    /// <summary>Its state.</summary>
    [Id(2)]
    public required ChangeState State { get; init; }

    /// <summary>A <c>zhice.v1.Catalog</c> as bytes; empty where it is not kept.</summary>
    [Id(3)]
    public required byte[] Definition { get; init; }

    /// <summary>A hash of revision and definition.</summary>
    [Id(4)]
    public required string Etag { get; init; }

    /// <summary>Everybody who wrote a revision of it.</summary>
    [Id(5)]
    public required ImmutableArray<string> Authors { get; init; }

    /// <summary>Why.</summary>
    [Id(6)]
    public required string Comment { get; init; }

    /// <summary>The version in force that it was made against; 0: there was none.</summary>
    [Id(7)]
    public required long BaseVersion { get; init; }

    /// <summary>The etag of that version.</summary>
    [Id(8)]
    public required string BaseEtag { get; init; }

    /// <summary>The caller's id of the last proposal; empty for none.</summary>
    [Id(9)]
    public string RequestId { get; init; } = "";

    /// <summary>The version that it became; 0: none.</summary>
    [Id(10)]
    public long Version { get; init; }

    /// <summary>Who did what, the newest first.</summary>
    [Id(11)]
    public ImmutableArray<ChangeLogRecord> Log { get; init; } = [];

    /// <summary>Whether a person wrote a revision of it.</summary>
    public bool IsBy(string person) => Domain.Approvals.Authors.Has(Authors, person);
}

/// <summary>Who did what to a change request.</summary>
[GenerateSerializer, Immutable, Alias("zhice.catalog-change-log-record")]
public sealed record ChangeLogRecord(
    [property: Id(0)] long AtMs, [property: Id(1)] string Actor, [property: Id(2)] string Text, [property: Id(3)] string Comment);
