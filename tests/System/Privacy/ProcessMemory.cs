using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text;
using Microsoft.Diagnostics.NETCore.Client;

namespace Zhice.SystemTests.Privacy;

/// <summary>The memory of another .NET process.</summary>
internal static class ProcessMemory
{
    private const long GcHeapSnapshot = 0x1980001;
    private const int BlockBytes = 1 << 20;

    /// <summary>Has the garbage collector run, as a dump of the heap does.</summary>
    public static void Collect(int processId)
    {
        using var session = new DiagnosticsClient(processId).StartEventPipeSession(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, GcHeapSnapshot)], requestRundown: false);

        // The events of the collection come once it is over; what they say is of no interest here.
        var block = new byte[BlockBytes];
        var reading = Task.Run(() =>
        {
            while (session.EventStream.Read(block) > 0)
            {
                // Until it is stopped.
            }
        });
        session.Stop();
        reading.Wait(TimeSpan.FromSeconds(30));
    }

    /// <summary>Where a text is, as UTF-8 or as a .NET string: some bytes from there on.</summary>
    public static List<string> Find(int processId, string text)
    {
        byte[][] forms = [Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text)];
        var longest = forms.Max(static form => form.Length);
        var found = new List<string>();
        using var memory = new FileStream($"/proc/{processId}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        foreach (var line in File.ReadAllLines($"/proc/{processId}/maps"))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!parts[1].StartsWith("rw", StringComparison.Ordinal))
            {
                continue;
            }

            var ends = parts[0]
                .Split('-')
                .Select(static end => long.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
                .ToArray();
            var block = new byte[BlockBytes + longest];
            for (var at = ends[0]; at < ends[1]; at += BlockBytes)
            {
                var read = TryRead(memory, at, block.AsSpan(0, (int)Math.Min(block.Length, ends[1] - at)));
                foreach (var form in forms)
                {
                    for (var from = 0; block.AsSpan(from, Math.Max(0, read - from)).IndexOf(form) is var index and >= 0; from += index + 1)
                    {
                        var begin = Math.Max(0, from + index - 64);
                        found.Add($"{at + from + index:x} {(parts.Length > 5 ? parts[5] : "")} {Show(block.AsSpan(begin, Math.Min(200, read - begin)))}");
                    }
                }
            }
        }

        return found;
    }

    private static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var each in bytes)
        {
            text.Append(each is >= 32 and < 127 ? (char)each : '.');
        }

        return text.ToString();
    }

    private static int TryRead(FileStream memory, long at, Span<byte> block)
    {
        try
        {
            return RandomAccess.Read(memory.SafeFileHandle, block, at);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
