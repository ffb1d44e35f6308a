using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Zhice.Domain.Experiments;

/// <summary>
/// Who is in which arm, and who is kept out: drawn by a hash of a salt and the customer's id, so that every silo draws
/// the same at any time, and different salts draw apart from each other (D. Tang et al., Overlapping Experiment
/// Infrastructure, KDD 2010).
/// </summary>
/// <remarks>Hot path: about 20 ns a draw; allocates nothing.</remarks>
public static class Assignment
{
    /// <summary>Into how many parts customers are drawn.</summary>
    public const int Parts = 10_000;

    /// <summary>The most holdouts, and the most experiments, of a catalogue.</summary>
    public const int MaxExperiments = 64;

    /// <summary>The number that a text salts draws with.</summary>
    public static long GetSalt(string text) => (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>The part, 0 to 9,999, that a salt puts a customer into.</summary>
    public static int GetPart(long salt, string customerId) => (int)(Draw(salt, customerId) % Parts);

    /// <summary>A number of 64 bits that a salt gives a customer.</summary>
    public static long GetNumber(long salt, string customerId) => unchecked((long)Draw(salt, customerId));

    /// <summary>The holdouts that keep a customer out: a bit for each, by its place in the catalogue.</summary>
    public static ulong HeldOut(ImmutableArray<Holdout> holdouts, string customerId)
    {
        var heldOut = 0UL;
        for (var i = 0; i < holdouts.Length; i++)
        {
            heldOut |= GetPart(holdouts[i].Salt, customerId) < holdouts[i].Share ? 1UL << i : 0;
        }

        return heldOut;
    }

    /// <summary>Writes for each experiment the number of the customer's arm, from 1; 0 when the customer is not in it.</summary>
    public static void Arms(ImmutableArray<Experiment> experiments, string customerId, Span<byte> arms)
    {
        for (var i = 0; i < experiments.Length; i++)
        {
            arms[i] = GetArm(experiments[i], customerId, arms);
        }
    }

    private static byte GetArm(Experiment experiment, string customerId, ReadOnlySpan<byte> earlier)
    {
        if (experiment.Within.IsSet && earlier[experiment.Within.Experiment] != experiment.Within.Arm)
        {
            return 0;
        }

        var part = GetPart(experiment.LayerSalt, customerId);
        if ((part < experiment.From || part >= experiment.To) && !IsIn(experiment.Also, part))
        {
            return 0;
        }

        if (experiment.Promoted != 0)
        {
            return experiment.Promoted;
        }

        var arms = experiment.Arms;
        var drawn = (int)(Draw(experiment.ArmSalt, customerId) % (uint)arms[^1].UpTo);
        var arm = 0;
        while (drawn >= arms[arm].UpTo)
        {
            arm++;
        }

        return (byte)(arm + 1);
    }

    private static bool IsIn(ImmutableArray<PartRange> parts, int part)
    {
        foreach (ref readonly var range in parts.AsSpan())
        {
            if (part >= range.From && part < range.To)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong Draw(long salt, string customerId) =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(customerId.AsSpan()), salt);
}
