using System.Diagnostics;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Outbox;

/// <summary>
/// Leases from the queues of channels. A lease looks at so many contacts that it is short whatever waits in the queue: it puts few
/// behind, passes over the others that wait, and leaves them to a step beside it, which puts them behind a few at a time.
/// </summary>
internal sealed class QueueLeases(IQueueTurns turns, QueueHeads heads)
{
    // How long it waits where it had to leave some, as somebody changes the same contacts.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TurnSize _passed = new(WaitingBehind.PassedAtOnce);
    private readonly TurnSize _put = new(WaitingBehind.PutAtOnce);
    private readonly Lock _gate = new();
    private readonly Queue<Rest> _rests = new();
    private bool _isBeside;
    private bool _isClosed;

    /// <summary>The latest step beside leases; for tests.</summary>
    public Task Beside { get; private set; } = Task.CompletedTask;

    /// <inheritdoc cref="IOutboxStore.LeaseAsync"/>
    public async Task<LeaseAnswer> LeaseAsync(LeaseTerms terms)
    {
        var head = heads.Get(terms.ChannelId, terms.Buckets);
        List<LeasedContactRow> leased = [];
        if (head.TakeFound() is { } found)
        {
            await LeaseFoundAsync(head, terms, found, leased);
        }

        var hasMore = leased.Count < terms.Limit;
        var passes = head.IsPassing;
        for (var taken = 0; hasMore && !passes && leased.Count < terms.Limit && taken < 2; taken++)
        {
            hasMore = await LeaseAsync(head, terms, taken == 0 ? terms.Limit : WaitingBehind.AtOnce, leased);
        }

        if (hasMore && (passes || leased.Count == 0))
        {
            hasMore = await PassAsync(head, terms) && (head.IsPassing || await LeaseAsync(head, terms, WaitingBehind.AtOnce, leased));
        }

        if (head.BeginsBeside())
        {
            LeaveBeside(new(head, terms, Stopwatch.GetTimestamp()));
        }

        return new(leased, hasMore);
    }

    /// <summary>Lets the step beside leases end, and begins no other.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            return Beside;
        }
    }

    private async Task<bool> LeaseAsync(QueueHead head, LeaseTerms terms, int looksAt, List<LeasedContactRow> leased)
    {
        var limit = terms.Limit - leased.Count;
        var turn = await MoveAsync(head, terms, from => turns.LeaseAsync(terms with { Limit = limit }, from, Math.Max(looksAt, limit)));
        leased.AddRange(turn.Leased);
        return turn.HasMore;
    }

    // The leases after one that passed over nothing but contacts that wait begin so.
    private async Task<bool> PassAsync(QueueHead head, LeaseTerms terms)
    {
        var turn = await _passed.RunAsync(limit => MoveAsync(head, terms, from => turns.PassAsync(terms, from, limit)));
        head.IsPassing = turn.HasMore && turn.Free is null;
        return turn.HasMore || turn.Free is not null;
    }

    // The place moves to what is free, or to where the turn left off.
    private static async Task<QueueTurn> MoveAsync(QueueHead head, LeaseTerms terms, Func<WaitingPlace, Task<QueueTurn>> run)
    {
        var look = head.Begin();
        QueueTurn? turn = null;
        try
        {
            return turn = await run(look.From);
        }
        finally
        {
            head.End(look, turn is null ? null : turn.Free ?? (turn.HasMore ? turn.Last!.Value.Next : new(terms.NowMs, 0)), turn?.Left);
        }
    }

    // What the step beside found to be free lies before the place, which does not move.
    private async Task LeaseFoundAsync(QueueHead head, LeaseTerms terms, WaitingPlace found, List<LeasedContactRow> leased)
    {
        QueueTurn? turn = null;
        try
        {
            turn = await turns.LeaseAsync(terms, found, Math.Max(WaitingBehind.PutAtOnce, terms.Limit));
            leased.AddRange(turn.Leased);
        }
        finally
        {
            if (turn is null || turn.Free is not null)
            {
                head.Find(turn?.Free ?? found);
            }

            if (turn?.Left is { } left)
            {
                head.Leave(left);
            }
        }
    }

    private void LeaveBeside(Rest rest)
    {
        lock (_gate)
        {
            _rests.Enqueue(rest);
            if (!_isBeside && !_isClosed)
            {
                _isBeside = true;
                Beside = Task.Run(PutBehindAsync);
            }
        }
    }

    // One turn for each queue in turn: none of them waits for the end of another. It takes half of a connection, or of the thread
    // that writes, and a tenth while leases pass over what waits.
    private async Task PutBehindAsync()
    {
        while (TakeRest() is { } rest)
        {
            var begun = Stopwatch.GetTimestamp();
            var (goesOn, wasChanged) = await PutBehindAsync(rest);
            if (goesOn)
            {
                LeaveBeside(rest);
            }

            await Task.Delay(wasChanged ? Stopwatch.GetElapsedTime(begun) * (rest.Head.IsPassing ? 10 : 1) : Pause);
        }
    }

    private Rest? TakeRest()
    {
        lock (_gate)
        {
            if (!_isClosed && _rests.TryDequeue(out var rest))
            {
                return rest;
            }

            _isBeside = false;
            return null;
        }
    }

    private async Task<(bool GoesOn, bool WasChanged)> PutBehindAsync(Rest rest)
    {
        var head = rest.Head;
        if (head.TakeLeft() is not { } from)
        {
            head.EndBeside();
            return (false, true);
        }

        QueueTurn? turn = null;
        try
        {
            var nowMs = rest.Terms.NowMs + (long)Stopwatch.GetElapsedTime(rest.Begun).TotalMilliseconds;
            turn = await _put.RunAsync(limit => turns.PutBehindAsync(rest.Terms with { NowMs = nowMs }, from, limit));
        }
        catch (Exception fault) when (fault is StoreUnavailableException or InvalidOperationException)
        {
            // What is left is put behind after a later lease.
        }

        head.GiveBack(turn is null ? from : turn.HasMore ? turn.Last!.Value.Next : null, turn?.Free, turn?.Left);
        if (turn is null)
        {
            head.EndBeside();
        }

        return (turn is not null, turn?.Left is null);
    }

    /// <summary>A queue of which there is something to put behind.</summary>
    /// <param name="Head">The queue.</param>
    /// <param name="Terms">The lease that left it.</param>
    /// <param name="Begun">When, by the stopwatch.</param>
    private sealed record Rest(QueueHead Head, LeaseTerms Terms, long Begun);
}
