using System.Diagnostics;

namespace Zhice.Bench.Load;

/// <summary>A thread with its connections, which makes its share of the calls of a plan.</summary>
internal sealed class LoadLane : IDisposable
{
    private const double BurstPart = 0.2;

    // In an open loop calls leave in steps of this length, as a network card would hand them over. Else the generator, which shares the
    // processors with the server, would wake for each call and each answer by itself. It is a part of the times that are measured.
    private const long OpenRestNanoseconds = 100_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LoadPlan _plan;
    private readonly int _number;
    private readonly LoadConnection[] _connections;
    private readonly Poll _poll;
    private readonly Random _chance;
    private long _due;
    private long _asked;
    private int _turn;

    public LoadLane(LoadPlan plan, int number)
    {
        (_plan, _number, _chance) = (plan, number, new Random(number + 1));
        _connections = [.. Enumerable.Range(0, plan.Connections).Select(_ => new LoadConnection(plan.Method, plan.Streams))];
        _poll = new([.. _connections.Select(static connection => connection.Socket)]);
        Tally = new((int)Math.Ceiling(plan.Length.TotalSeconds));
    }

    public LoadTally Tally { get; }

    /// <summary>Makes the calls, and waits for what is still under way.</summary>
    /// <param name="begin">When the first call is due, in ticks of the stopwatch; the same for all lanes.</param>
    public void Run(long begin)
    {
        var measured = begin + Ticks(_plan.OnceEach ? TimeSpan.Zero : _plan.Warming);
        var end = _plan.OnceEach ? long.MaxValue : measured + Ticks(_plan.Length);
        Tally.Begin(measured, end);
        _due = begin;
        while (Stopwatch.GetTimestamp() is var now && now < end && !IsDone())
        {
            var wait = Start(now, measured);
            if (_plan.PerSecond > 0)
            {
                Flush();
                Poll.Rest(OpenRestNanoseconds);
                wait = 0;
            }

            Exchange(Math.Min(wait, end - now));
        }

        Finish(end);
    }

    public void Dispose() => Array.ForEach(_connections, static connection => connection.Dispose());

    private bool IsDone() => _plan.OnceEach && _asked * _plan.Lanes + _number >= _plan.Requests.Count;

    // Starts what may start now, and returns how long nothing else may, nanoseconds.
    private long Start(long now, long measured)
    {
        if (_plan.PerSecond == 0)
        {
            foreach (var connection in _connections)
            {
                while (!IsDone() && Next() is var request && connection.HasRoom(request.Message.Length))
                {
                    connection.Start(request, now);
                    _asked++;
                }
            }

            return 100_000_000;
        }

        while (_due <= now)
        {
            var request = Next();
            if (Free(request.Message.Length) is not { } connection)
            {
                return 100_000_000; // Until there is an answer. The time of what is due counts on.
            }

            connection.Start(request, _due);
            _asked++;
            _due += Gap(measured);
        }

        return _due - now;
    }

    private RequestSource.Request Next() =>
        _plan.OnceEach ? _plan.Requests.At((_asked * _plan.Lanes) + _number) : _plan.Requests.Draw(_chance);

    // As independent customers call; in bursts, the rate varies and its mean stays.
    private long Gap(long measured)
    {
        var rate = _plan.PerSecond / _plan.Lanes;
        if (_plan.BurstFactor > 1)
        {
            var part = Math.Abs((_due - measured) / (double)Stopwatch.Frequency % 1);
            rate *= part < BurstPart ? _plan.BurstFactor : Math.Max(0.01, (1 - (BurstPart * _plan.BurstFactor)) / (1 - BurstPart));
        }

        return (long)(-Math.Log(1 - _chance.NextDouble()) / rate * Stopwatch.Frequency);
    }

    private LoadConnection? Free(int messageBytes)
    {
        for (var i = 0; i < _connections.Length; i++)
        {
            var connection = _connections[_turn++ % _connections.Length];
            if (connection.HasRoom(messageBytes))
            {
                return connection;
            }
        }

        return null;
    }

    private void Flush()
    {
        foreach (var connection in _connections)
        {
            connection.Flush();
        }
    }

    private void Exchange(long waitNanoseconds)
    {
        Flush();
        _poll.Wait(Math.Max(0, waitNanoseconds));
        for (var i = 0; i < _connections.Length; i++)
        {
            if (_poll.IsReadable(i))
            {
                do
                {
                    _connections[i].Receive(Tally);
                }
                while (_connections[i].HasMore);
            }
        }
    }

    private void Finish(long end)
    {
        // What was due and found no room was never sent: it counts as such, and not as fast.
        for (; _plan.PerSecond > 0 && _due < end; _due += Gap(end))
        {
            Tally.Unsent++;
        }

        var begun = Stopwatch.GetTimestamp();
        while (_connections.Any(static connection => connection.UnderWay > 0) && Stopwatch.GetElapsedTime(begun) < Patience)
        {
            Exchange(10_000_000);
        }

        Tally.NoteFailed(_connections.Sum(static connection => connection.UnderWay));
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
