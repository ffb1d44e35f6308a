using System.Collections.Immutable;

namespace Zhice.Domain.Audit;

/// <summary>
/// What the audit keeps of one step of a call: who did what to which customer or configuration, from where, and what changed.
/// </summary>
/// <remarks>The store gives it its place and time; <see cref="AuditChain"/> links it to the entry before.</remarks>
public sealed record AuditEntry
{
    /// <summary>How many changes one entry may have; the rest is counted in <see cref="OmittedChanges"/>.</summary>
    public const int MaxChanges = 500;

    /// <summary>Which step.</summary>
    public required AuditStage Stage { get; init; }

    /// <summary>Ties the entries of one call together. No two calls have the same.</summary>
    public required Guid CallId { get; init; }

    /// <summary>Who: the name of the caller's identity; empty where there was none.</summary>
    public required string Actor { get; init; }

    /// <summary>The caller's roles at that time, with commas between them.</summary>
    public string Roles { get; init; } = "";

    /// <summary>The network address that the call came from.</summary>
    public string Address { get; init; } = "";

    /// <summary>What was called: <c>zhice.v1.StopService/SetStop</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The kind of thing that it was done to: customer, campaign, catalog; empty where the call names none.</summary>
    public string TargetKind { get; init; } = "";

    /// <summary>Its id.</summary>
    public string TargetId { get; init; } = "";

    /// <summary>The request id that the caller gave, or empty.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>How it ended: OK, or the reason of the error. Empty while it is not known.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>What changed, or what was asked for.</summary>
    public ImmutableArray<AuditChange> Changes { get; init; } = [];

    /// <summary>How many changes were left out, as there were more than an entry may have.</summary>
    public int OmittedChanges { get; init; }

    /// <summary>
    /// How many like it were not recorded one by one since the last entry of this caller and address, as there were too many.
    /// </summary>
    public int Unrecorded { get; init; }

    /// <summary>The entry with texts that every store takes, and with no more changes than it may have.</summary>
    public AuditEntry Clean() => this with
    {
        Actor = AuditText.Clean(Actor, AuditText.MaxNameBytes),
        Roles = AuditText.Clean(Roles, AuditText.MaxNameBytes * 2),
        Address = AuditText.Clean(Address, AuditText.MaxNameBytes),
        Method = AuditText.Clean(Method, AuditText.MaxNameBytes),
        TargetKind = AuditText.Clean(TargetKind, AuditText.MaxNameBytes),
        TargetId = AuditText.Clean(TargetId, AuditText.MaxNameBytes),
        RequestId = AuditText.Clean(RequestId, AuditText.MaxNameBytes),
        Outcome = AuditText.Clean(Outcome, AuditText.MaxNameBytes),
        Changes = [.. Changes.Take(MaxChanges).Select(static change => new AuditChange(
            AuditText.Clean(change.Path, AuditText.MaxValueBytes), AuditText.Shorten(change.Before), AuditText.Shorten(change.After)))],
        OmittedChanges = OmittedChanges + Math.Max(0, Changes.Length - MaxChanges),
    };
}

/// <summary>One value that changed.</summary>
/// <param name="Path">Where: <c>actions[deposit].value_fen</c>.</param>
/// <param name="Before">The value before; empty where there was none.</param>
/// <param name="After">The value after; empty where there is none.</param>
public readonly record struct AuditChange(string Path, string Before, string After);

/// <summary>Which step of a call an entry records. The numbers are stored.</summary>
public enum AuditStage
{
    /// <summary>No step; never stored.</summary>
    None = 0,

    /// <summary>
    /// A change, or a long read, is about to begin. Without an entry <see cref="Done"/> of the same call its outcome is not known.
    /// </summary>
    Begun = 1,

    /// <summary>It ended, with the outcome.</summary>
    Done = 2,

    /// <summary>Sensitive data was read; recorded before the answer went out.</summary>
    Read = 3,

    /// <summary>The call was refused, as the caller has no identity or not the role.</summary>
    Refused = 4,

    /// <summary>A person signed in.</summary>
    SignedIn = 5,
}
