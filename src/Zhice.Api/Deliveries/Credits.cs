namespace Zhice.Api.Deliveries;

/// <summary>How many contacts a consumer has room for.</summary>
internal sealed class Credits : IDisposable
{
    /// <summary>How many are kept at the most.</summary>
    public const int Max = 10_000;

    private readonly SemaphoreSlim _hasSome = new(0);
    private int _left;

    /// <summary>Gives more; what goes beyond the most is lost.</summary>
    public void Add(int credits)
    {
        int before, after;
        do
        {
            before = Volatile.Read(ref _left);
            after = Math.Min(before + credits, Max);
        }
        while (Interlocked.CompareExchange(ref _left, after, before) != before);

        if (before == 0 && after > 0)
        {
            _hasSome.Release();
        }
    }

    /// <summary>Waits until there are some. For one waiter.</summary>
    /// <returns>How many, at most so many.</returns>
    public async ValueTask<int> WaitAsync(int maxCount, CancellationToken stop)
    {
        while (true)
        {
            if (Volatile.Read(ref _left) is var left and > 0)
            {
                return Math.Min(left, maxCount);
            }

            await _hasSome.WaitAsync(stop);
        }
    }

    /// <summary>Uses some up.</summary>
    public void Use(int credits) => Interlocked.Add(ref _left, -credits);

    public void Dispose() => _hasSome.Dispose();
}
