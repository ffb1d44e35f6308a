namespace Zhice.Grains.Erasures;

/// <summary>How customers are erased.</summary>
public sealed record ErasureOptions
{
    /// <summary>For how many days the proof of each consent statement is kept after an erasure: without id, evidence and actor.</summary>
    /// <value>0 to 3,650; default 0: none is kept.</value>
    public int ConsentEvidenceDays { get; init; }

    /// <summary>For how many days the number of contacts on each day is kept after an erasure, without id.</summary>
    /// <value>0 to 3,650; default 0: none is kept.</value>
    public int ContactEvidenceDays { get; init; }

    /// <summary>How long an erasure waits before it looks a second time for what was on its way to the store when it began.</summary>
    /// <value>0 to 1 minute; default 3 seconds: decisions and evaluations are written within one.</value>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public ErasureOptions Checked()
    {
        foreach (var days in (int[])[ConsentEvidenceDays, ContactEvidenceDays])
        {
            ArgumentOutOfRangeException.ThrowIfNegative(days);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(days, 3_650);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Settle, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Settle, TimeSpan.FromMinutes(1));
        return this;
    }
}
