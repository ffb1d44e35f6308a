using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Zhice.Api.Identity;

/// <summary>The sessions of people in browsers, kept by this host until they are idle for too long, or over.</summary>
internal sealed class PageSessions(SignInOptions options, TimeProvider clock)
{
    /// <summary>The cookie. Browsers take one of this name over TLS only, and send it to this host only.</summary>
    public const string Cookie = "__Host-zhice";

    /// <summary>The header that a page must send with requests that change something.</summary>
    public const string AntiForgeryHeader = "x-zhice-csrf";

    private const int MaxSessions = 10_000;
    private const int SecretBytes = 32;

    private readonly ConcurrentDictionary<TokenHash, PageSession> _sessions = [];

    /// <summary>Begins a session.</summary>
    /// <returns>The value of its cookie; null while there are too many.</returns>
    public string? Begin(Caller caller)
    {
        if (_sessions.Count >= MaxSessions)
        {
            EndIdle();
        }

        var value = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return _sessions.Count < MaxSessions && TokenHash.TryCompute(value, out var hash)
            && _sessions.TryAdd(
                hash, new(caller, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)), clock.GetTimestamp()))
            ? value
            : null;
    }

    /// <summary>The session of a request; null without one.</summary>
    public PageSession? Find(HttpContext context)
    {
        if (!TryGetHash(context, out var hash) || !_sessions.TryGetValue(hash, out var session))
        {
            return null;
        }

        if (IsOver(session))
        {
            _sessions.TryRemove(hash, out _);
            return null;
        }

        session.UsedAt = clock.GetTimestamp();
        return session;
    }

    /// <summary>The person of a request.</summary>
    public IdentityOutcome Authenticate(HttpContext context) =>
        Find(context) is not { } session ? new(IdentityFault.Missing)
        : IsSafe(context.Request.Method) || Repeats(context.Request.Headers[AntiForgeryHeader], session.AntiForgery) ? new(session.Caller)
        : new(IdentityFault.NoAntiForgery);

    /// <summary>Ends the session of a request.</summary>
    public void End(HttpContext context)
    {
        if (TryGetHash(context, out var hash))
        {
            _sessions.TryRemove(hash, out _);
        }
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static bool Repeats(string? sent, string antiForgery) =>
        sent is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(antiForgery));

    private static bool TryGetHash(HttpContext context, out TokenHash hash)
    {
        hash = default;
        return context.Request.Cookies.TryGetValue(Cookie, out var value) && TokenHash.TryCompute(value, out hash);
    }

    private bool IsOver(PageSession session) =>
        clock.GetElapsedTime(session.UsedAt) >= options.IdleTimeout || clock.GetUtcNow() >= session.Caller.Expires;

    private void EndIdle()
    {
        foreach (var (hash, session) in _sessions)
        {
            if (IsOver(session))
            {
                _sessions.TryRemove(hash, out _);
            }
        }
    }
}
