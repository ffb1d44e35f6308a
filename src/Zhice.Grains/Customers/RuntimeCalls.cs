namespace Zhice.Grains.Customers;

/// <summary>
/// When a customer that is only read is called again. The runtime sees calls alone, and takes out of the memory whom nobody called for an
/// idle age. Each is due at an instant of its own: customers who came in one second would else all be called in one second, again and again.
/// </summary>
internal sealed class RuntimeCalls(ZhiceGrainsOptions options)
{
    private const int CallsInIdleAge = 8;

    private readonly int _seconds = (int)options.CustomerIdleAge.TotalSeconds / CallsInIdleAge;

    /// <summary>Now, in seconds of the machine's clock.</summary>
    public static uint Now => (uint)(Environment.TickCount64 / 1_000);

    /// <summary>When a customer that is called now is due: after an eighth to a quarter of the idle age.</summary>
    public uint GetNext() => Now + (uint)(_seconds + Random.Shared.Next(_seconds + 1));
}
