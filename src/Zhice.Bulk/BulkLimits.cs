namespace Zhice.Bulk;

/// <summary>How much the folder of bulk files may hold.</summary>
public sealed record BulkLimits
{
    /// <summary>How many bytes its files may have together.</summary>
    /// <value>From 0; default 256 GiB.</value>
    public long MaxBytes { get; init; } = 256L << 30;

    /// <summary>How many bytes of its disk stay free.</summary>
    /// <value>From 0; default 1 GiB.</value>
    public long MinFreeBytes { get; init; } = 1L << 30;
}
