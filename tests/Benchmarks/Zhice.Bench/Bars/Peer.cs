using System.Diagnostics;

namespace Zhice.Bench.Bars;

/// <summary>A program that answers Recommend.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Port">Its port of gRPC.</param>
/// <param name="ProcessIds">The processes that work for it; none: it is not known which.</param>
internal sealed record Peer(string Name, int Port, int[] ProcessIds)
{
    /// <summary>The processor time that its processes have taken; null when they are not known.</summary>
    public TimeSpan? ProcessorTime
    {
        get
        {
            var sum = TimeSpan.Zero;
            foreach (var id in ProcessIds)
            {
                using var process = Process.GetProcessById(id);
                sum += process.TotalProcessorTime;
            }

            return ProcessIds.Length == 0 ? null : sum;
        }
    }
}
