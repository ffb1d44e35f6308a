namespace Zhice.Silo;

/// <summary>
/// Ends the process when the silo cannot go on, above all when the cluster declared it dead: its customers are active
/// elsewhere by now. Whoever supervises it starts it again.
/// </summary>
internal sealed class FatalErrorExit : IFatalErrorHandler
{
    /// <summary>The exit code.</summary>
    public const int ExitCode = 3;

    private static readonly TimeSpan MaxExit = TimeSpan.FromSeconds(3);

    private int _isEnding;

    public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
        {
            return;
        }

        var cause = exception is null ? context : $"{context}: {exception.Message}";
        Console.Error.WriteLine($"Zhice.Silo ends: the silo cannot go on and must be started again ({cause?.ReplaceLineEndings(" ")}).");

        // Handlers of the exit may wait for what will not come any more.
        using var limit = new Timer(_ => Environment.FailFast(null), null, MaxExit, Timeout.InfiniteTimeSpan);
        Environment.Exit(ExitCode);
    }
}
