namespace Zhice.Domain.Learning;

/// <summary>What binds the learning of all actions.</summary>
/// <param name="MaxLessonsPerDay">How many contacts of one customer about one action teach in a day of the bank's, 1 to 200.</param>
public sealed record LearningRules(int MaxLessonsPerDay)
{
    /// <summary>The largest <see cref="MaxLessonsPerDay"/>.</summary>
    public const int MaxLessonsPerDayLimit = 200;

    /// <summary>3 a day.</summary>
    public static LearningRules Default { get; } = new(3);

    /// <summary>
    /// How much a lesson weighs beside the first of the day: 1/√n, so that one customer who is shown an action again and again
    /// is not taken for as many customers.
    /// </summary>
    /// <param name="place">Which of the day's contacts about the action it is, from 1; 0 is taken as 1.</param>
    public static double GetShare(byte place) => 1 / Math.Sqrt(Math.Max((byte)1, place));
}
