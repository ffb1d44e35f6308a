using System.Globalization;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>The number from which a test draws what it does: the one of ZHICE_FAULT_SEED, or a new one. It is printed.</summary>
internal static class Seed
{
    private const string Variable = "ZHICE_FAULT_SEED";

    public static int Draw(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next(1_000_000);
        output.WriteLine($"{Variable}={seed} runs this again");
        return seed;
    }
}
