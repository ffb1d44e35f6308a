using System.Collections.Immutable;
using System.Security.Cryptography;
using Zhice.Contracts.Identity;

namespace Zhice.Grains.Identity;

/// <inheritdoc cref="ISignInKeysGrain"/>
[GrainType("sign-in-keys")]
internal sealed class SignInKeysGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<SignInKeysState> stored, TimeProvider clock)
    : Grain, ISignInKeysGrain
{
    private const int SecretBytes = 32;

    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    public async ValueTask<ImmutableArray<SignInKey>> Get()
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (stored.State.All is not [{ } current, ..])
        {
            await stored.CommitAsync(new SignInKeysState { All = [Make(1, nowMs)] }, GrainContext);
        }
        else if (nowMs - current.MadeAtMs >= Life.TotalMilliseconds)
        {
            await stored.CommitAsync(new SignInKeysState { All = [Make(current.Id + 1, nowMs), current] }, GrainContext);
        }

        return stored.State.All;
    }

    private static SignInKey Make(int id, long nowMs) => new(id, RandomNumberGenerator.GetBytes(SecretBytes), nowMs);
}

/// <summary>What is kept of them.</summary>
[GenerateSerializer, Alias("zhice.sign-in-keys-state")]
internal sealed class SignInKeysState
{
    [Id(0)]
    public ImmutableArray<SignInKey> All { get; init; } = [];
}
