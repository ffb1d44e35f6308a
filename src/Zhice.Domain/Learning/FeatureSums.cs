using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Zhice.Domain.Learning;

/// <summary>
/// What the models of one block said of a customer: kept for the next action, which is mostly in the same block; and
/// where the customer's features are, the same in all blocks.
/// </summary>
public struct FeatureSums
{
    internal ModelBlock? Block;
    internal Vector256<float> Means;
    internal Vector256<float> Variances;
    internal Vector512<double> Probabilities;
    internal bool HasProbabilities;
    internal RowBuffer Rows;
    internal bool HasRows;

    [InlineArray(FeatureVector.MaxLength)]
    internal struct RowBuffer
    {
        private int _first;
    }
}
