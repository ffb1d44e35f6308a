namespace Zhice.Domain.Experiments;

/// <summary>
/// The names of experiments and holdouts in facts. They are in the place of the campaign's: no campaign has an id with a colon, and
/// stores leave names with one out where no campaign is asked for.
/// </summary>
public static class ExperimentNames
{
    /// <summary>The arm of the customers whom a holdout keeps out.</summary>
    public const string HeldOutArm = "held_out";

    /// <summary>The arm of all others.</summary>
    public const string MarketedArm = "marketed";

    private const string ExperimentPrefix = "experiment:";
    private const string HoldoutPrefix = "holdout:";

    /// <summary>The name of an experiment.</summary>
    public static string OfExperiment(string experimentId) => ExperimentPrefix + experimentId;

    /// <summary>The name of a holdout.</summary>
    public static string OfHoldout(string holdoutId) => HoldoutPrefix + holdoutId;
}
