using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Zhice.Bench.Profiles;

/// <summary>How often each stack was seen, as a tree of frames, from what <c>perf script -F comm,ip,sym</c> prints.</summary>
internal sealed partial class FoldedStacks
{
    /// <summary>All stacks; its children are the threads.</summary>
    public StackFrame Root { get; } = new("all");

    /// <summary>Reads what perf recorded.</summary>
    /// <exception cref="InvalidOperationException">perf failed; the message is its own.</exception>
    public static async Task<FoldedStacks> ReadAsync(string recording)
    {
        using var perf = Process.Start(new ProcessStartInfo("perf", ["script", "-i", recording, "-F", "comm,ip,sym"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var faults = perf.StandardError.ReadToEndAsync();
        var stacks = new FoldedStacks();
        await stacks.AddAsync(perf.StandardOutput);
        await perf.WaitForExitAsync();
        return perf.ExitCode == 0 ? stacks : throw new InvalidOperationException($"perf script: {await faults}");
    }

    /// <summary>Adds stacks: the name of a thread, then a frame a line, the innermost first, then an empty line.</summary>
    public async Task AddAsync(TextReader perf)
    {
        var (thread, frames) = ("", new List<string>());
        while (await perf.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                Add(thread, frames);
                frames.Clear();
            }
            else if (!char.IsWhiteSpace(line[0]))
            {
                thread = line.Trim();
            }
            else
            {
                frames.Add(NameOf(line.TrimStart()));
            }
        }

        Add(thread, frames);
    }

    // From "7f12 void [Zhice.Grains] Zhice.Grains.A+<BAsync>d__14::MoveNext(class C)[OptimizedTier1]" to "A.BAsync".
    internal static string NameOf(string line)
    {
        var symbol = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        var managed = Managed().Match(symbol);
        if (!managed.Success)
        {
            return symbol.Split('+', 2)[0];
        }

        var (type, method) = (managed.Groups["type"].Value, managed.Groups["method"].Value);
        var states = StateMachine().Match(type);
        if (states.Success)
        {
            (type, method) = (states.Groups["type"].Value, states.Groups["method"].Value);
        }

        var name = type[(type.LastIndexOf('.') + 1)..];
        return string.Create(CultureInfo.InvariantCulture, $"{Layer(type)}{name}.{method}");
    }

    private static string Layer(string type) =>
        type.StartsWith("Zhice.", StringComparison.Ordinal) ? StackFrame.Product : "";

    private void Add(string thread, List<string> frames)
    {
        if (frames.Count == 0)
        {
            return;
        }

        var at = Root.Enter(thread);
        for (var i = frames.Count - 1; i >= 0; i--)
        {
            // What has no name, such as stubs and the inside of the runtime, is one frame.
            if (frames[i] != at.Name)
            {
                at = at.Enter(frames[i]);
            }
        }
    }

    [GeneratedRegex(@"(?<type>[\w.+<>`/]+)(\[[^\]]*\])?::(?<method>[\w.<>|`]+)")]
    private static partial Regex Managed();

    [GeneratedRegex(@"^(?<type>[^+]+)\+.*<(?<method>\w+)>d__\d+")]
    private static partial Regex StateMachine();
}
