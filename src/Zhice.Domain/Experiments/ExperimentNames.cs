namespace Zhice.Domain.Experiments;

/// <summary>
/// The names of experiments and holdouts in facts. They are in the place of the campaign's: no campaign has an id with a colon.
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

    /// <summary>Whether it is the name of an experiment or a holdout, and of no campaign.</summary>
    public static bool Has(string campaign) =>
        campaign.StartsWith(ExperimentPrefix, StringComparison.Ordinal) || campaign.StartsWith(HoldoutPrefix, StringComparison.Ordinal);
}
