using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Identity;

/// <summary>
/// The sessions of people in browsers. The cluster keeps them; a host that was told of one believes it for a second, so that a sign-out at
/// any host holds at all within that time.
/// </summary>
internal sealed class PageSessions(SignInOptions options, Func<int, IPageSessionsGrain> kept, TimeProvider clock)
{
    /// <summary>The cookie. Browsers take one of this name over TLS only, and send it to this host only.</summary>
    public const string Cookie = "__Host-zhice";

    /// <summary>The header that a page must send with requests that change something.</summary>
    public const string AntiForgeryHeader = "x-zhice-csrf";

    private const int MaxKnown = 10_000;

    // Whoever sends cookies that nobody gave takes no more of the cluster than this.
    private const int MaxUnknownAsked = 32;

    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, PageSession> _known = new(StringComparer.Ordinal);
    private int _unknownAsked;

    /// <summary>Begins a session.</summary>
    /// <returns>The value of its cookie; null while there are too many.</returns>
    public async Task<string?> BeginAsync(Caller caller)
    {
        var (cookie, nowMs) = (PageCookie.Create(caller.Name), clock.GetUtcNow().ToUnixTimeMilliseconds());
        var session = new KeptSession(
            cookie.SessionId, caller.Name, [.. RoleNames.Split(caller.Roles)], [.. caller.Channels], caller.TokenId, nowMs,
            (long)options.IdleTimeout.TotalMilliseconds, caller.Expires.ToUnixTimeMilliseconds());
        return await kept(cookie.Shard).Begin(session) ? cookie.ToString() : null;
    }

    /// <summary>The session of a request; null without one.</summary>
    /// <exception cref="PageSessionsBusyException">Too many requests with unknown cookies are under way.</exception>
    public async ValueTask<PageSession?> FindAsync(HttpContext context)
    {
        if (FindCookie(context) is not { } cookie)
        {
            return null;
        }

        var id = cookie.SessionId;
        if (!_known.TryGetValue(id, out var known))
        {
            return await AskUnknownAsync(id, cookie);
        }

        return clock.GetElapsedTime(known.CheckedAt) < Believed && clock.GetUtcNow() < known.Caller.Expires
            ? known
            : await AskAsync(id, cookie);
    }

    /// <summary>The person of a request.</summary>
    public async ValueTask<IdentityOutcome> AuthenticateAsync(HttpContext context)
    {
        PageSession? session;
        try
        {
            session = await FindAsync(context);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The silo that keeps it is away for a moment, or there are too many forged ones.
            return new(IdentityFault.NoSession);
        }

        return session is null ? new(IdentityFault.Missing)
            : IsSafe(context.Request.Method) || Repeats(context.Request.Headers[AntiForgeryHeader], session.AntiForgery) ? new(session.Caller)
            : new(IdentityFault.NoAntiForgery);
    }

    /// <summary>The cookie of a request that came by its session; null for one that has a token, or no cookie.</summary>
    public PageCookie? FindCookie(HttpContext context) =>
        options.IsOn && context.Request.Headers.Authorization.Count == 0
            && context.Request.Cookies.TryGetValue(Cookie, out var value) && PageCookie.TryRead(value, out var cookie)
            ? cookie
            : null;

    /// <summary>Whether a session is known to be over. To ask is not to use it; while nobody answers, it is not.</summary>
    public async ValueTask<bool> IsOverAsync(PageCookie cookie)
    {
        try
        {
            return !await kept(cookie.Shard).Has(cookie.SessionId);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends the session of a request, on every host.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (FindCookie(context) is { } cookie)
        {
            await kept(cookie.Shard).End(cookie.SessionId);
            _known.TryRemove(cookie.SessionId, out _);
        }
    }

    /// <summary>Ends all sessions of a person, on every host.</summary>
    /// <returns>How many there were.</returns>
    public ValueTask<int> EndOfAsync(string name) => kept(PageCookie.GetShard(name)).EndOf(name);

    private async ValueTask<PageSession?> AskUnknownAsync(string id, PageCookie cookie)
    {
        try
        {
            return Interlocked.Increment(ref _unknownAsked) <= MaxUnknownAsked
                ? await AskAsync(id, cookie)
                : throw new PageSessionsBusyException();
        }
        finally
        {
            Interlocked.Decrement(ref _unknownAsked);
        }
    }

    private async ValueTask<PageSession?> AskAsync(string id, PageCookie cookie)
    {
        if (await kept(cookie.Shard).Find(id) is not { } found)
        {
            _known.TryRemove(id, out _);
            return null;
        }

        var roles = found.Roles.Aggregate(Roles.None, static (all, role) => all | RoleNames.Find(role));
        var caller = new Caller(
            found.Name, roles, found.Channels.ToFrozenSet(StringComparer.Ordinal), DateTimeOffset.FromUnixTimeMilliseconds(found.UntilMs))
        {
            TokenId = found.TokenId,
        };
        var session = new PageSession(caller, cookie.AntiForgery, clock.GetTimestamp());
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[id] = session;
        return session;
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static bool Repeats(string? sent, string antiForgery) =>
        sent is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(antiForgery));
}

/// <summary>Too many requests with unknown cookies are under way.</summary>
internal sealed class PageSessionsBusyException : Exception;
