using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Zhice.Api.Identity;

/// <summary>Makes a caller of the claims of a token that was checked.</summary>
internal static class CallerClaims
{
    /// <summary>The caller of a token; null if no claim has its name.</summary>
    public static Caller? Read(JsonWebToken token, DateTimeOffset expires, IdentityOptions options)
    {
        using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var name = TokenClaims.Find(claims.RootElement, options.NameClaim) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : "";
        if (!Caller.IsName(name))
        {
            return null;
        }

        var roles = TokenClaims.ReadList(claims.RootElement, options.RolesClaim)
            .Where(role => role.StartsWith(options.RolePrefix, StringComparison.Ordinal))
            .Aggregate(Roles.None, (all, role) => all | RoleNames.Find(role.AsSpan(options.RolePrefix.Length)));
        return new(
            name, roles, TokenClaims.ReadList(claims.RootElement, options.ChannelsClaim).ToFrozenSet(StringComparer.Ordinal), expires)
        {
            TokenId = token.Id ?? "",
        };
    }
}
