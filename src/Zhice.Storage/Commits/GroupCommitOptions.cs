using System.Diagnostics.Metrics;

namespace Zhice.Storage.Commits;

/// <summary>How writes are gathered into transactions.</summary>
public sealed record GroupCommitOptions
{
    /// <summary>How many writes may wait or be under way; one more is refused at once.</summary>
    /// <value>From 1 to 1,000,000. The default is 10,000.</value>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>How many writes one transaction holds.</summary>
    /// <value>From 1 to 10,000. The default is 512.</value>
    public int BatchWrites { get; set; } = 512;

    /// <summary>How many bytes of state one transaction holds; a larger state goes alone.</summary>
    /// <value>From 1 byte to 64 MiB. The default is 4 MiB.</value>
    public int BatchBytes { get; set; } = 4 << 20;

    /// <summary>How many transactions may be under way at once. SQLite has one writer, and takes 1.</summary>
    /// <value>From 1 to 4. The default is 1.</value>
    public int Flushers { get; set; } = 1;

    /// <summary>How often a batch whose outcome is not known is written, the first time included, before it is given up.</summary>
    /// <value>From 1 to 100. The default is 5.</value>
    public int SettleTries { get; set; } = 5;

    /// <summary>The wait before each such try.</summary>
    /// <value>From 0 to 1 minute. The default is 200 milliseconds.</value>
    public TimeSpan SettlePause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a batch may take, its tries included, before one whose outcome is not known is given up.</summary>
    /// <value>From 1 second to 10 minutes. The default is 8 seconds, less than the 10 that callers wait.</value>
    public TimeSpan SettleLimit { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Where commits are measured.</summary>
    /// <value>Default: nowhere.</value>
    internal IMeterFactory? Meters { get; set; }

    /// <summary>Refuses settings out of their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is.</exception>
    internal void Check()
    {
        Check(nameof(QueueCapacity), QueueCapacity, 1, 1_000_000);
        Check(nameof(BatchWrites), BatchWrites, 1, 10_000);
        Check(nameof(BatchBytes), BatchBytes, 1, 64 << 20);
        Check(nameof(Flushers), Flushers, 1, 4);
        Check(nameof(SettleTries), SettleTries, 1, 100);
        Check(nameof(SettlePause), SettlePause, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Check(nameof(SettleLimit), SettleLimit, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    }

    private static void Check<T>(string name, T value, T min, T max)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            throw new ArgumentOutOfRangeException(name, $"{nameof(GroupCommitOptions)}.{name} is {value}; it must be from {min} to {max}.");
        }
    }
}
