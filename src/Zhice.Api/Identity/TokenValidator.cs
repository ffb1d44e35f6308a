using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Zhice.Api.Identity;

/// <summary>Checks a JWT and makes a caller of it: signature, issuer, audience and time; then its name, roles and channels.</summary>
internal sealed class TokenValidator(IdentityOptions options, SigningKeys keys, TimeProvider clock, ILogger log)
{
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = TokenHash.MaxChars, MapInboundClaims = false };

    /// <summary>The caller of a token, or why it has none.</summary>
    public async Task<IdentityOutcome> ValidateAsync(string token)
    {
        try
        {
            var read = _handler.ReadJsonWebToken(token);
            // None of the extensions that a token may call critical is known here (RFC 7515, 4.1.11).
            var isPlain = !read.TryGetHeaderValue<object>("crit", out _);
            var candidates = isPlain && Algorithms.Contains(read.Alg) ? await keys.FindAsync(read.Kid ?? "") : [];
            if (candidates is null)
            {
                return new(IdentityFault.NoKeys);
            }

            if (candidates.Count == 0)
            {
                return Refuse("no key of the issuer");
            }

            var result = await _handler.ValidateTokenAsync(read, CreateParameters(candidates));
            return result.IsValid ? ToOutcome(read)
                : result.Exception is SecurityTokenExpiredException ? new(IdentityFault.Expired)
                : Refuse(result.Exception.GetType().Name);
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException or JsonException or FormatException)
        {
            return Refuse(fault.GetType().Name);
        }
    }

    private TokenValidationParameters CreateParameters(IReadOnlyList<SecurityKey> candidates) => new()
    {
        ValidIssuer = options.IssuerInForce,
        ValidAudience = options.Audience,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = candidates,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (from, to, _, _) => CheckLifetime(from, to),
    };

    private bool CheckLifetime(DateTime? from, DateTime? to)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return to is not { } end ? throw new SecurityTokenNoExpirationException()
            : now >= end + options.ClockSkew ? throw new SecurityTokenExpiredException()
            : from is null || now >= from - options.ClockSkew;
    }

    private IdentityOutcome ToOutcome(JsonWebToken token) =>
        CallerClaims.Read(token, token.ValidTo, options) is { } caller ? new(caller) : Refuse($"no name in the claim {options.NameClaim}");

    private IdentityOutcome Refuse(string reason)
    {
        ApiLog.TokenRefused(log, reason);
        return new(IdentityFault.NotValid);
    }
}
