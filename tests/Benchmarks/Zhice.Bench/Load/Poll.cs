using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Zhice.Bench.Load;

/// <summary>Waits for any of some sockets, to the microsecond: .NET's own waiting goes by milliseconds. Linux only.</summary>
internal sealed partial class Poll(IReadOnlyList<Socket> sockets)
{
    private const short Readable = 1;
    private const short Broken = 8 | 16 | 32;

    private readonly Descriptor[] _descriptors =
        [.. sockets.Select(static socket => new Descriptor { Socket = (int)socket.Handle, Events = Readable })];

    /// <summary>Waits until one can be read, or the time is over.</summary>
    public void Wait(long nanoseconds)
    {
        var time = new Time { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        _ = WaitForAny(_descriptors, (ulong)_descriptors.Length, ref time, 0);
    }

    /// <summary>Waits, whatever happens at the sockets.</summary>
    public static void Rest(long nanoseconds)
    {
        var time = new Time { Nanoseconds = nanoseconds };
        _ = WaitForAny([], 0, ref time, 0);
    }

    /// <summary>Whether a socket could be read, or is broken, at the end of the last wait.</summary>
    public bool IsReadable(int socket) => (_descriptors[socket].Happened & (Readable | Broken)) != 0;

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int WaitForAny([In, Out] Descriptor[] descriptors, ulong count, ref Time time, nint signals);

    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public int Socket;
        public short Events;
        public short Happened;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
