using System.Collections.Immutable;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.SampleRatios;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>How the customers of each arm compare with those of the control.</summary>
/// <param name="Ratio">Whether the arms have as many customers as they should, for a report that is read once.</param>
/// <param name="WatchedRatio">The p-value of the same question by one look of a
/// <see cref="SampleRatioWatch"/>; null without a sequence.</param>
/// <param name="Measures">A part for each outcome and amount.</param>
public sealed record LiftReport(Measured<SampleRatio> Ratio, double? WatchedRatio, ImmutableArray<MeasureLift> Measures);

/// <summary>An outcome or amount, compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsAmount">Whether it is an amount.</param>
/// <param name="Arms">Each arm but the control.</param>
/// <param name="Groups">Each arm but the control within each group.</param>
/// <param name="PerGroup">Whether an arm of its own for each group is worth more; null without groups.</param>
public sealed record MeasureLift(
    string Name, bool IsAmount, ImmutableArray<ArmLift> Arms, ImmutableArray<GroupLift> Groups, Measured<ChoicePerGroup>? PerGroup)
{
    /// <summary>The number of the arm that is shown to be above every other one, the control included; null without a watch.</summary>
    public Measured<int>? Winner { get; init; }
}

/// <summary>An arm against the control.</summary>
/// <param name="Arm">The arm's number.</param>
/// <param name="Absolute">The difference a customer; null when it is refused.</param>
/// <param name="Relative">The difference as a part of the control's mean; null when that mean cannot be told from 0.</param>
/// <param name="AdjustedP">The p-value, adjusted for all outcomes, amounts and arms of the report; null when there is none.</param>
/// <param name="Methods">The same difference by other methods.</param>
/// <param name="Refusals">Methods that the data do not allow, with the reasons.</param>
public sealed record ArmLift(
    int Arm, Estimate? Absolute, Estimate? Relative, double? AdjustedP, ImmutableArray<MethodLift> Methods,
    ImmutableArray<string> Refusals);

/// <summary>A difference by a method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Estimate">The difference.</param>
public readonly record struct MethodLift(LiftMethod Method, Estimate Estimate);

/// <summary>An arm against the control within a group.</summary>
/// <param name="Group">The group's number.</param>
/// <param name="Arm">The arm's number.</param>
/// <param name="Customers">The group's customers of the arm.</param>
/// <param name="Controls">The group's customers of the control.</param>
/// <param name="Absolute">The difference a customer; null when it is refused.</param>
/// <param name="AdjustedP">The p-value, adjusted for all groups, measures and arms of the report; null when there is none.</param>
public readonly record struct GroupLift(int Group, int Arm, long Customers, long Controls, Estimate? Absolute, double? AdjustedP);

/// <summary>By which method a difference was measured.</summary>
public enum LiftMethod
{
    /// <summary>Of shares: Agresti and Caffo.</summary>
    AgrestiCaffo,

    /// <summary>Of amounts: the normal interval of large samples.</summary>
    LargeSample,

    /// <summary>Of amounts, with the largest moved to a bound.</summary>
    Winsorised,

    /// <summary>Of amounts: the quantiles of a bootstrap.</summary>
    BootstrapPercentile,

    /// <summary>Of amounts: the same, corrected for bias and skewness.</summary>
    BootstrapBca,

    /// <summary>Adjusted by a covariate.</summary>
    Cuped,

    /// <summary>Compared within groups and put together.</summary>
    Stratified,

    /// <summary>A confidence sequence, which may be watched daily.</summary>
    Watched,
}

/// <summary>How a report is computed.</summary>
public sealed record LiftSettings
{
    /// <summary>The number of the arm that the others are compared with.</summary>
    public required int Control { get; init; }

    /// <summary>The names of the groups; none without groups.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>What each arm should have, above 0; only their proportions count.</summary>
    public required ImmutableArray<double> Shares { get; init; }

    /// <summary>How sure the intervals are.</summary>
    public Confidence Confidence { get; init; } = Confidence.Default;

    /// <summary>Up to which quantile amounts count in full, see <see cref="WinsorBounds"/>.</summary>
    public double Winsorise { get; init; } = WinsorBounds.DefaultQuantile;

    /// <summary>How often the bootstrap draws; 0 for no bootstrap.</summary>
    public int Draws { get; init; } = Bootstrap.DefaultDraws;

    /// <summary>Where its generator begins.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The sequence of a report that is looked at again and again; null for one that is read once.</summary>
    public ConfidenceSequence? Sequence { get; init; }

    /// <summary>The watch for the best of three or more arms, with their names; null for none.</summary>
    public (WinnerWatch Watch, ImmutableArray<string> Names)? Winner { get; init; }
}
