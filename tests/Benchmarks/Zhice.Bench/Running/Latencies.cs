using System.Globalization;

namespace Zhice.Bench.Running;

/// <summary>How long each of some calls took: exact percentiles, nothing is put into classes.</summary>
internal sealed class Latencies
{
    private readonly double[] _sorted;

    /// <param name="milliseconds">Of each call.</param>
    public Latencies(IEnumerable<double> milliseconds)
    {
        _sorted = [.. milliseconds];
        Array.Sort(_sorted);
    }

    public int Count => _sorted.Length;

    /// <summary>The time that this share of the calls did not exceed, milliseconds.</summary>
    public double At(double share) => _sorted.Length == 0 ? 0 : _sorted[(int)Math.Min(_sorted.Length - 1, share * _sorted.Length)];

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture, $"p50 {At(0.5):0.0} ms, p99 {At(0.99):0.0} ms, p99.9 {At(0.999):0.0} ms, most {At(1):0.0} ms");
}
