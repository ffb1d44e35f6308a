using System.Diagnostics;

namespace Zhice.Bench.Running;

/// <summary>A program that a benchmark starts and, whatever happens, ends.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a program whose output nobody reads.</summary>
    public static Child Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };

        // A silo takes callers for the developer.
        start.Environment.TryAdd("ASPNETCORE_ENVIRONMENT", "Development");
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return new(process);
    }

    /// <summary>Runs this very program with other arguments in a process of its own.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; its errors were printed.</exception>
    public static Task<string> RunSelfAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return RunAsync(start, cancellation);
    }

    /// <summary>Runs this very program with other arguments in a process of its own, at a lower priority.</summary>
    /// <param name="nice">How much lower: 0 to 19.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    public static Task<string> RunSelfNicelyAsync(int nice, IEnumerable<string> arguments) =>
        RunAsync(new("nice", ["-n", $"{nice}", Environment.ProcessPath!, .. arguments]), default);

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; its errors were printed.</exception>
    public static async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellation)
    {
        start.RedirectStandardOutput = true;
        await using var child = new Child(Process.Start(start)!);
        var output = await child._process.StandardOutput.ReadToEndAsync(cancellation);
        await child._process.WaitForExitAsync(cancellation);
        return child._process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{string.Join(' ', start.ArgumentList)} ended with {child._process.ExitCode}: {output}");
    }

    /// <summary>Asks it to stop (SIGTERM), and waits until it has.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
