namespace Zhice.Domain.Deliveries;

/// <summary>The pause after an attempt that failed: 5 s, then twice as long each time, to an hour at the most.</summary>
public static class RetryPause
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Max = TimeSpan.FromHours(1);

    /// <summary>The pause after an attempt, from 1.</summary>
    public static TimeSpan After(int attempt) =>
        attempt > 10 ? Max : TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Max(attempt - 1, 0), Max.Ticks));
}
