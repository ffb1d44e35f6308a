using System.Collections.Immutable;

namespace Zhice.Contracts.Identity;

/// <summary>
/// The keys that seal what a browser carries between this cluster and the identity provider, one grain for the cluster: so a person can
/// begin to sign in at one host and end at another.
/// </summary>
[Alias("zhice.sign-in-keys")]
public interface ISignInKeysGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "sign-in-keys";

    /// <summary>The key in use, and the one before it. A key is in use for a day.</summary>
    [Alias("Get")]
    ValueTask<ImmutableArray<SignInKey>> Get();
}

/// <summary>A key.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Secret">32 bytes.</param>
/// <param name="MadeAtMs">When it was made, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.sign-in-key")]
public sealed record SignInKey([property: Id(0)] int Id, [property: Id(1)] byte[] Secret, [property: Id(2)] long MadeAtMs);
