using Zhice.Domain.Measurement;

namespace Zhice.Domain.Tests.Measurement;

internal static class MeasuredExtensions
{
    /// <summary>The measurement; a refusal fails the test with its reason.</summary>
    public static T Require<T>(this Measured<T> measured)
        where T : struct
    {
        Assert.Null(measured.Refusal);
        return measured.Value!.Value;
    }
}
