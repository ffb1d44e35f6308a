namespace Zhice.Bench.Load;

/// <summary>How calls are made.</summary>
/// <param name="Method">What is called.</param>
/// <param name="Requests">What is asked.</param>
/// <param name="Length">For how long is measured.</param>
internal sealed record LoadPlan(LoadMethod Method, RequestSource Requests, TimeSpan Length)
{
    /// <summary>How long calls are made before that.</summary>
    public TimeSpan Warming { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Calls a second, at random instants, whatever becomes of them; 0: each call follows an answer (closed loop).</summary>
    public double PerSecond { get; init; }

    /// <summary>In an open loop: each second begins with a burst at this many times the rate, for a fifth of the second.</summary>
    public double BurstFactor { get; init; } = 1;

    /// <summary>Threads. One can make about 100,000 calls a second.</summary>
    public int Lanes { get; init; } = 2;

    /// <summary>Connections of each thread.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>The most calls at once on a connection; the product of the three is that of all calls at once.</summary>
    public int Streams { get; init; } = 8;

    /// <summary>Asks for each request in turn, once, and ends; the length does not count then.</summary>
    public bool OnceEach { get; init; }
}
