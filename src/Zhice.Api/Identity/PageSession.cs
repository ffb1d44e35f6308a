namespace Zhice.Api.Identity;

/// <summary>The session of a person in a browser. The cluster keeps it; the browser has a cookie with a number that says nothing.</summary>
/// <param name="Caller">The person.</param>
/// <param name="AntiForgery">
/// What requests that change something must repeat in the header <see cref="PageSessions.AntiForgeryHeader"/>.
/// </param>
/// <param name="CheckedAt">When this host asked for it last, by the clock's time stamps.</param>
internal sealed record PageSession(Caller Caller, string AntiForgery, long CheckedAt);
