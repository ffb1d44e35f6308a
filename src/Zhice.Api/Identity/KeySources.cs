using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Zhice.Api.Identity;

/// <summary>Where the keys of an issuer are read from.</summary>
internal static class KeySources
{
    private const int MaxDocumentBytes = 1 << 20;
    private static readonly TimeSpan MaxRead = TimeSpan.FromSeconds(5);

    /// <summary>The source that the settings name.</summary>
    public static Func<CancellationToken, Task<IReadOnlyList<SecurityKey>>> Create(IdentityOptions options)
    {
        if (options.KeysFile.Length > 0)
        {
            return cancellation => ReadFileAsync(options.KeysFile, cancellation);
        }

        var address = $"{options.Authority.TrimEnd('/')}/.well-known/openid-configuration";
        var http = new HttpClient { Timeout = MaxRead, MaxResponseContentBufferSize = MaxDocumentBytes };
        var documents = new HttpDocumentRetriever(http) { RequireHttps = address.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
        return async cancellation =>
            [.. (await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, cancellation)).SigningKeys];
    }

    private static async Task<IReadOnlyList<SecurityKey>> ReadFileAsync(string file, CancellationToken cancellation) =>
        [.. new JsonWebKeySet(await File.ReadAllTextAsync(file, cancellation)).GetSigningKeys()];
}
