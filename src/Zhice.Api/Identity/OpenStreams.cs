using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Zhice.Api.Identity;

/// <summary>
/// The calls under way that may last: streams, watches, files. Each second it ends those whose caller is no longer accepted. One timer
/// looks at all of them.
/// </summary>
internal sealed class OpenStreams(Revocations revocations, PageSessions sessions, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A client that reads nothing holds an answer back.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<OpenStream, bool> _all = [];
    private Task _signOuts = Task.CompletedTask;

    /// <summary>How many there are.</summary>
    public int Count => _all.Count;

    /// <summary>Looks after a call until its request ends.</summary>
    public void Add(HttpContext context, Caller caller)
    {
        var stream = new OpenStream(context, caller, sessions.FindCookie(context));
        context.Features.Set(stream);
        context.Response.RegisterForDispose(new Entry(this, stream));
        _all.TryAdd(stream, true);
    }

    /// <summary>Ends the calls whose callers are no longer accepted.</summary>
    public void EndOver()
    {
        foreach (var (stream, _) in _all)
        {
            if (stream.Why == StreamEnd.None)
            {
                var why = clock.GetUtcNow() >= stream.Caller.Expires ? StreamEnd.Expired
                    : revocations.Has(stream.Caller) ? StreamEnd.Revoked
                    : StreamEnd.None;
                if (why != StreamEnd.None)
                {
                    stream.End(why, clock.GetTimestamp());
                }
            }
            else if (clock.GetElapsedTime(stream.EndedAt) >= Patience)
            {
                stream.Abort();
            }
        }

        // A silo that does not answer holds up this alone.
        _signOuts = _signOuts.IsCompleted ? EndSignedOutAsync() : _signOuts;
    }

    private async Task EndSignedOutAsync()
    {
        foreach (var (stream, _) in _all)
        {
            if (stream is { Why: StreamEnd.None, Cookie: { } cookie } && await sessions.IsOverAsync(cookie))
            {
                stream.End(StreamEnd.SignedOut, clock.GetTimestamp());
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pause, clock, stoppingToken);
                EndOver();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private sealed class Entry(OpenStreams streams, OpenStream stream) : IDisposable
    {
        public void Dispose()
        {
            streams._all.TryRemove(stream, out _);
            stream.Dispose();
        }
    }
}
