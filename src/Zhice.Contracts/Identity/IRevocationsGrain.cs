using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Identity;

/// <summary>Callers and tokens that are no longer accepted, one grain for the cluster.</summary>
[Alias("zhice.revocations")]
public interface IRevocationsGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "revocations";

    /// <summary>How many can be in force.</summary>
    const int MaxCount = 1_000;

    /// <summary>Keeps a revocation, in the place of an earlier one of the same.</summary>
    /// <returns>False, and nothing is kept, when there are too many.</returns>
    [Alias("Revoke")]
    ValueTask<bool> Revoke(Revocation revocation);

    /// <summary>The same for one that no person decided: it takes nobody's place, and leaves half of the room to those of people.</summary>
    /// <returns>Whether it is kept.</returns>
    [Alias("LockOut")]
    ValueTask<bool> LockOut(Revocation revocation);

    /// <summary>Removes a revocation.</summary>
    /// <returns>Whether it was in force.</returns>
    [Alias("Lift")]
    ValueTask<bool> Lift(RevocationKind kind, string id);

    /// <summary>Removes a revocation that was made at an instant, unix milliseconds; one that was made at another stays.</summary>
    /// <returns>Whether it was in force.</returns>
    [Alias("LiftMadeAt")]
    ValueTask<bool> LiftMadeAt(RevocationKind kind, string id, long atMs);

    /// <summary>Those in force, the latest first.</summary>
    [AlwaysInterleave, Alias("All")]
    ValueTask<ImmutableArray<Revocation>> All();
}

/// <summary>A revocation.</summary>
/// <param name="Kind">What is revoked.</param>
/// <param name="Id">The caller's name, or the token's id (claim jti).</param>
/// <param name="Actor">Who revoked it.</param>
/// <param name="Reason">Why.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="UntilMs">When it ends by itself, unix milliseconds; 0: never.</param>
[GenerateSerializer, Immutable, Alias("zhice.revocation")]
public sealed record Revocation(
    [property: Id(0)] RevocationKind Kind,
    [property: Id(1)] string Id,
    [property: Id(2)] string Actor,
    [property: Id(3)] string Reason,
    [property: Id(4)] long AtMs,
    [property: Id(5)] long UntilMs);

/// <summary>What is revoked. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.revocation-kind")]
public enum RevocationKind : byte
{
    /// <summary>A caller, by name.</summary>
    Caller = 1,

    /// <summary>One token.</summary>
    Token = 2,
}
