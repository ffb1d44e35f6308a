namespace Zhice.SampleTraffic;

/// <summary>How fast a day is played.</summary>
/// <param name="AtOnce">How many customers are at the bank at once; at least 1.</param>
/// <param name="Window">How many events may be on their way at once; 1 to 1,024.</param>
/// <param name="Rest">How long it rests after a customer's visit, as a multiple of what the visit took; 0: not at all.</param>
public sealed record SamplePace(int AtOnce, int Window, double Rest)
{
    /// <summary>As fast as it goes.</summary>
    public static SamplePace Full { get; } = new(16, 256, 0);

    /// <summary>Beside other work: it keeps less than a processor busy, and that for half of the time.</summary>
    public static SamplePace Quiet { get; } = new(1, 32, 1);

    /// <summary>Rests after a visit.</summary>
    /// <param name="took">How long the visit took.</param>
    internal Task RestAsync(TimeSpan took, CancellationToken stop) =>
        Rest == 0 ? Task.CompletedTask : Task.Delay(took * Rest, TimeProvider.System, stop);
}
