using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Zhice.Domain.Learning;

/// <summary>
/// The models of eight actions side by side: what they believe of a feature fills one cache line, so that eight
/// predictions cost the memory traffic of one.
/// </summary>
/// <remarks>
/// Bounded: 64 bytes for each of the <see cref="FeatureRows"/>, up to twice as much while they grow. Writers take turns,
/// readers do not wait: one that sees a model half written sees a prediction between the one before and the one after.
/// </remarks>
internal sealed class ModelBlock
{
    public const int Width = 8;

    private const int Line = 2 * Width;

    // Where each model's logit starts; NaN: the model has not learned, and starts from what the catalogue says.
    private readonly double[] _starts = new double[Width];

    private Lines _lines = new(16);

    public ModelBlock()
    {
        _lines.GetLine(FeatureRows.Unmet)[Width..].Fill(ModelSettings.Default.PriorVariance);
        Array.Fill(_starts, double.NaN);
    }

    /// <summary>The logit of the probability that a model starts from; NaN: it starts from what the catalogue says.</summary>
    public double GetStart(int lane) => Volatile.Read(ref _starts[lane]);

    /// <summary>Says where a model's logit starts.</summary>
    public void SetStart(int lane, double start) => Volatile.Write(ref _starts[lane], start);

    /// <summary>What a model of the block adds to the logit for a feature.</summary>
    public float GetWeight(int lane, int row) => Volatile.Read(ref _lines).GetLine(row)[lane];

    /// <summary>Makes a row that says what another says.</summary>
    public void Add(int row, int like)
    {
        var lines = _lines;
        if (row >= lines.Capacity)
        {
            lines = lines.Grown(row);
        }

        lines.GetLine(like).CopyTo(lines.GetLine(row));
        Volatile.Write(ref _lines, lines);
    }

    /// <summary>Takes over what a model believes of a row's feature.</summary>
    public void Write(int lane, int row, Belief belief)
    {
        var line = _lines.GetLine(row);
        (line[lane], line[Width + lane]) = (belief.Mean, belief.Variance);
    }

    /// <summary>The sums of means and of variances over some rows, of each model.</summary>
    public void Sum(ReadOnlySpan<int> rows, out Vector256<float> means, out Vector256<float> variances)
    {
        var lines = Volatile.Read(ref _lines);
        (means, variances) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (otherMeans, otherVariances) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;

        // Two sums at a time: an addition does not wait for the one before it.
        for (; i + 1 < rows.Length; i += 2)
        {
            lines.AddLine(rows[i], ref means, ref variances);
            lines.AddLine(rows[i + 1], ref otherMeans, ref otherVariances);
        }

        if (i < rows.Length)
        {
            lines.AddLine(rows[i], ref means, ref variances);
        }

        means += otherMeans;
        variances += otherVariances;
    }

    /// <summary>The probabilities that all models give for such sums; NaN where a model starts from what the catalogue says.</summary>
    public Vector512<double> GetMeans(Vector256<float> means, Vector256<float> variances)
    {
        var starts = Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_starts));
        return BayesianModel.Mean(starts, Widen(means), Widen(variances));
    }

    private static Vector512<double> Widen(Vector256<float> floats)
    {
        var (lower, upper) = Vector256.Widen(floats);
        return Vector512.Create(lower, upper);
    }

    // Pinned, so that a line stays a line of the cache.
    private sealed class Lines
    {
        private readonly float[] _beliefs;
        private readonly int _first;

        public Lines(int capacity)
        {
            const int Bytes = Line * sizeof(float);
            Capacity = capacity;
            _beliefs = GC.AllocateArray<float>((capacity + 1) * Line, pinned: true);
            _first = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_beliefs, 0) & (Bytes - 1)) / sizeof(float);
        }

        public int Capacity { get; }

        public Span<float> GetLine(int row) => _beliefs.AsSpan(_first + (row * Line), Line);

        public void AddLine(int row, ref Vector256<float> means, ref Vector256<float> variances)
        {
            ref var line = ref MemoryMarshal.GetReference(GetLine(row));
            means += Vector256.LoadUnsafe(ref line);
            variances += Vector256.LoadUnsafe(ref line, Width);
        }

        public Lines Grown(int row)
        {
            var grown = new Lines(Math.Max(row + 1, 2 * Capacity));
            _beliefs.AsSpan(_first, Capacity * Line).CopyTo(grown._beliefs.AsSpan(grown._first));
            return grown;
        }
    }
}
