using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Zhice.Api.Tests.Identity;

/// <summary>An identity provider of the tests: it has a key and makes tokens.</summary>
internal sealed class TestIssuer
{
    public const string Name = "https://id.bank.example";
    public const string Audience = "zhice";

    private readonly RSA _rsa = RSA.Create(2048);

    public TestIssuer(string keyId = "k1") => (KeyId, Key) = (keyId, new(_rsa) { KeyId = keyId });

    public string KeyId { get; }

    public RsaSecurityKey Key { get; }

    /// <summary>The key as a secret that everybody knows, for a forger who signs with it.</summary>
    public byte[] PublicKeyText => Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());

    public static Dictionary<string, object> Claims(string name = "li", object? roles = null) => new()
    {
        ["sub"] = name,
        ["roles"] = roles ?? (string[])["operator"],
    };

    public string Create(
        DateTimeOffset now, TimeSpan? life = null, string issuer = Name, string audience = Audience,
        Dictionary<string, object>? claims = null, SigningCredentials? by = null, Dictionary<string, object>? header = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = life == Timeout.InfiniteTimeSpan ? null : (now + (life ?? TimeSpan.FromMinutes(5))).UtcDateTime,
            Claims = claims ?? Claims(),
            AdditionalHeaderClaims = header,
            SigningCredentials = by ?? new(Key, SecurityAlgorithms.RsaSha256),
        });

    /// <summary>A token without a signature.</summary>
    public string CreateUnsigned(DateTimeOffset now)
    {
        var payload = Create(now).Split('.')[1];
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{payload}.";
    }
}
