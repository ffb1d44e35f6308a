using Microsoft.AspNetCore.Http;

namespace Zhice.Api.Identity;

/// <summary>A call under way that may last, and what ends it before its own end.</summary>
internal sealed class OpenStream : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HttpContext _context;
    private readonly CancellationTokenSource _ended;
    private int _why;
    private bool _isOver;

    /// <param name="context">The request; from now on it is cancelled by <see cref="End"/> too.</param>
    /// <param name="caller">Who makes the call.</param>
    /// <param name="cookie">The session that it came with, if it came with one.</param>
    public OpenStream(HttpContext context, Caller caller, PageCookie? cookie)
    {
        (_context, Caller, Cookie) = (context, caller, cookie);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        context.RequestAborted = _ended.Token;
    }

    /// <summary>Who makes the call.</summary>
    public Caller Caller { get; }

    /// <summary>The session that it came with; null where there is none.</summary>
    public PageCookie? Cookie { get; }

    /// <summary>Why it is to end.</summary>
    public StreamEnd Why => (StreamEnd)Volatile.Read(ref _why);

    /// <summary>When it was to end, by the clock's time stamps.</summary>
    public long EndedAt { get; private set; }

    /// <summary>Has the call end. What works at it sees its request cancelled.</summary>
    public void End(StreamEnd why, long now)
    {
        if (Interlocked.CompareExchange(ref _why, (int)why, (int)StreamEnd.None) == (int)StreamEnd.None)
        {
            EndedAt = now;
            lock (_gate)
            {
                // Those who registered for the end run on another thread.
                _ = _isOver ? Task.CompletedTask : _ended.CancelAsync();
            }
        }
    }

    /// <summary>Cuts the client off, unless the call is over: its request serves another one by now.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _context.Abort();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        _ended.Dispose();
    }
}

/// <summary>Why a call that may last is ended.</summary>
internal enum StreamEnd
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The token, certificate or session of its caller ended by its time.</summary>
    Expired,

    /// <summary>Its caller or token was revoked.</summary>
    Revoked,

    /// <summary>The person signed out.</summary>
    SignedOut,
}
