using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Zhice.Domain.Learning;

/// <summary>
/// The models of eight actions side by side: what they believe of a feature fills one cache line, so that eight
/// predictions cost the memory traffic of one.
/// </summary>
/// <remarks>
/// Bounded: 64 bytes for each of <see cref="FeatureVector.Slots"/> features, 512 KiB. Writers take turns, readers do not
/// wait: one that sees a model half written sees a prediction between the one before and the one after.
/// </remarks>
internal sealed class ModelBlock
{
    public const int Width = 8;

    private const int Line = 2 * Width;

    // Pinned, so that a line stays a line of the cache.
    private readonly float[] _beliefs = GC.AllocateArray<float>((FeatureVector.Slots + 1) * Line, pinned: true);
    private readonly int _first;

    public ModelBlock()
    {
        const int Bytes = Line * sizeof(float);
        _first = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_beliefs, 0) & (Bytes - 1)) / sizeof(float);
        for (var feature = 0; feature < FeatureVector.Slots; feature++)
        {
            LineOf((ushort)feature)[Width..].Fill(ModelSettings.Default.PriorVariance);
        }
    }

    /// <summary>What a model of the block adds to the logit for a feature.</summary>
    public float WeightOf(int lane, ushort feature) => LineOf(feature)[lane];

    /// <summary>Takes a whole model over.</summary>
    public void Write(int lane, BayesianModel model)
    {
        for (var feature = 0; feature < FeatureVector.Slots; feature++)
        {
            Write(lane, (ushort)feature, model.Beliefs[feature]);
        }
    }

    /// <summary>Takes over what a model believes of some features.</summary>
    public void Write(int lane, BayesianModel model, ReadOnlySpan<ushort> features)
    {
        foreach (var feature in features)
        {
            Write(lane, feature, model.Beliefs[feature]);
        }
    }

    /// <summary>The sums of means and of variances over some features, of each model.</summary>
    public void Sum(ReadOnlySpan<ushort> features, out Vector256<float> means, out Vector256<float> variances)
    {
        (means, variances) = (Vector256<float>.Zero, Vector256<float>.Zero);
        foreach (var feature in features)
        {
            ref var line = ref MemoryMarshal.GetReference(LineOf(feature));
            means += Vector256.LoadUnsafe(ref line);
            variances += Vector256.LoadUnsafe(ref line, Width);
        }
    }

    private void Write(int lane, ushort feature, Belief belief)
    {
        var line = LineOf(feature);
        (line[lane], line[Width + lane]) = (belief.Mean, belief.Variance);
    }

    private Span<float> LineOf(ushort feature) => _beliefs.AsSpan(_first + (feature * Line), Line);
}

/// <summary>
/// What the models of one block said of a customer: kept for the next action, which is mostly in the same block.
/// </summary>
public struct FeatureSums
{
    internal ModelBlock? Block;
    internal Vector256<float> Means;
    internal Vector256<float> Variances;
}
