namespace Zhice.Storage.Journeys;

/// <summary>
/// Times in a stage on a scale of four steps to an octave of seconds: so many customers' times are a few numbers, true to a tenth.
/// </summary>
internal static class StayScale
{
    public static short FromMs(long stayedMs) =>
        (short)(stayedMs <= 0 ? 0 : 1 + (int)Math.Max(0, Math.Floor(4 * Math.Log2(stayedMs / 1000.0))));

    /// <summary>The middle of a step, in milliseconds.</summary>
    public static long ToMs(short step) => step == 0 ? 0 : (long)(1000 * Math.Pow(2, (step - 0.5) / 4));
}
