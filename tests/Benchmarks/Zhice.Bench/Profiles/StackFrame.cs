namespace Zhice.Bench.Profiles;

/// <summary>A frame on the way from a thread's start, and how many samples were taken in it or in what it called.</summary>
internal sealed class StackFrame(string name)
{
    /// <summary>What stands before the name of a frame of the product.</summary>
    public const string Product = "Zhice ";

    private readonly Dictionary<string, StackFrame> _callees = new(StringComparer.Ordinal);

    /// <summary>Type and method, or the symbol of native code.</summary>
    public string Name => name;

    /// <summary>How many samples.</summary>
    public int Samples { get; private set; }

    /// <summary>What it called, by name.</summary>
    public IEnumerable<StackFrame> Callees => _callees.Values.OrderBy(static callee => callee.Name, StringComparer.Ordinal);

    /// <summary>The callee of a name, with one more sample in it.</summary>
    public StackFrame Enter(string callee)
    {
        if (!_callees.TryGetValue(callee, out var frame))
        {
            _callees[callee] = frame = new(callee);
        }

        frame.Samples++;
        return frame;
    }
}
