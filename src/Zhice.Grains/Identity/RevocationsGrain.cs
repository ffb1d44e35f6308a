using System.Collections.Immutable;
using Zhice.Contracts.Identity;

namespace Zhice.Grains.Identity;

/// <inheritdoc cref="IRevocationsGrain"/>
[GrainType("revocations")]
internal sealed class RevocationsGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<RevocationsState> stored, TimeProvider clock)
    : Grain, IRevocationsGrain
{
    public async ValueTask<bool> Revoke(Revocation revocation)
    {
        var others = InForce().RemoveAll(each => (each.Kind, each.Id) == (revocation.Kind, revocation.Id));
        if (others.Length >= IRevocationsGrain.MaxCount)
        {
            return false;
        }

        await stored.CommitAsync(new RevocationsState { All = [revocation, .. others] }, GrainContext);
        return true;
    }

    public async ValueTask<bool> LockOut(Revocation revocation)
    {
        var others = InForce();
        if (others.Length >= IRevocationsGrain.MaxCount / 2 || others.Any(each => (each.Kind, each.Id) == (revocation.Kind, revocation.Id)))
        {
            return false;
        }

        await stored.CommitAsync(new RevocationsState { All = [revocation, .. others] }, GrainContext);
        return true;
    }

    public ValueTask<bool> Lift(RevocationKind kind, string id) => LiftAsync(each => (each.Kind, each.Id) == (kind, id));

    public ValueTask<bool> LiftMadeAt(RevocationKind kind, string id, long atMs) =>
        LiftAsync(each => (each.Kind, each.Id, each.AtMs) == (kind, id, atMs));

    public ValueTask<ImmutableArray<Revocation>> All() => ValueTask.FromResult(InForce());

    private async ValueTask<bool> LiftAsync(Predicate<Revocation> isMeant)
    {
        var all = InForce();
        var others = all.RemoveAll(isMeant);
        if (others.Length < all.Length)
        {
            await stored.CommitAsync(new RevocationsState { All = others }, GrainContext);
        }

        return others.Length < all.Length;
    }

    private ImmutableArray<Revocation> InForce()
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return stored.State.All.RemoveAll(each => each.UntilMs > 0 && each.UntilMs <= nowMs);
    }
}

/// <summary>What is kept of them.</summary>
[GenerateSerializer, Alias("zhice.revocations-state")]
internal sealed class RevocationsState
{
    [Id(0)]
    public ImmutableArray<Revocation> All { get; init; } = [];
}
