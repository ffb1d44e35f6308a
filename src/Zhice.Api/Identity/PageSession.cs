namespace Zhice.Api.Identity;

/// <summary>The session of a person in a browser. The host holds it; the browser has a cookie with a number that says nothing.</summary>
/// <param name="caller">The person.</param>
/// <param name="antiForgery">What requests that change something must repeat in a header.</param>
/// <param name="usedAt">When it was used last, by the clock's time stamps.</param>
internal sealed class PageSession(Caller caller, string antiForgery, long usedAt)
{
    /// <summary>The person.</summary>
    public Caller Caller => caller;

    /// <summary>What requests that change something must repeat in the header <see cref="PageSessions.AntiForgeryHeader"/>.</summary>
    public string AntiForgery => antiForgery;

    /// <summary>When it was used last, by the clock's time stamps.</summary>
    public long UsedAt { get; set; } = usedAt;
}
