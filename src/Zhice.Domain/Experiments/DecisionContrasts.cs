namespace Zhice.Domain.Experiments;

/// <summary>A way to decide that is compared with the usual one.</summary>
public enum DecisionContrast : byte
{
    /// <summary>The customer is in no group: decided as usual, and not compared.</summary>
    None,

    /// <summary>Decided as usual: what the others are compared with.</summary>
    Arbitration,

    /// <summary>Any action that may be offered, ranked by chance.</summary>
    RandomEligible,

    /// <summary>Ranked by the propensity alone.</summary>
    PropensityOnly,

    /// <summary>Ranked without levers.</summary>
    NoLevers,

    /// <summary>Without applicability rules, ranked by chance. Suitability and protective rules hold: the law asks for them.</summary>
    EligibilityOnly,

    /// <summary>Ranked as usual, with a propensity by chance in the place of the model's.</summary>
    RandomPropensity,
}

/// <summary>
/// Groups of customers for whom marketing is decided in other ways, so that it is known what the decisions themselves bring. All groups
/// have the same share, and are drawn by a hash of a salt and the customer's id.
/// </summary>
/// <param name="Salt">What the draw is made by.</param>
/// <param name="Parts">How many of the 10,000 parts of the customers a group has, 1 to <see cref="MaxParts"/>.</param>
public sealed record DecisionContrasts(long Salt, int Parts)
{
    /// <summary>The most parts of a group: 5 %.</summary>
    public const int MaxParts = 500;

    /// <summary>What the names of the groups begin with in facts and reports.</summary>
    public const string ArmPrefix = "contrast:";

    private static readonly string[] s_arms =
    [
        "", $"{ArmPrefix}arbitration", $"{ArmPrefix}random_eligible", $"{ArmPrefix}propensity_only", $"{ArmPrefix}no_levers",
        $"{ArmPrefix}eligibility_only", $"{ArmPrefix}random_propensity",
    ];

    /// <summary>The customer's group.</summary>
    /// <remarks>Hot path: about 20 ns; allocates nothing.</remarks>
    public DecisionContrast Find(string customerId) =>
        Assignment.GetPart(Salt, customerId) / Parts is < (int)DecisionContrast.RandomPropensity and var group
        ? (DecisionContrast)(group + 1)
        : DecisionContrast.None;

    /// <summary>The name of a way to decide, such as "no_levers"; empty for none.</summary>
    public static string GetName(DecisionContrast contrast) => contrast == DecisionContrast.None ? "" : GetArm(contrast)[ArmPrefix.Length..];

    /// <summary>The name of a group in facts and reports; empty for none.</summary>
    public static string GetArm(DecisionContrast contrast) => s_arms[(int)contrast];
}
