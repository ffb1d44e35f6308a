namespace Zhice.Cli.Reports;

/// <summary>What a report of values is divided by.</summary>
internal enum ValueDimension
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The customer's arm.</summary>
    Arm,

    /// <summary>The customer's tier at the contact.</summary>
    Tier,

    /// <summary>The day of the bank on which the customer was contacted or held out.</summary>
    Day,
}

/// <summary>What is asked of a report of values.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Days">How many days after the contact count.</param>
/// <param name="By">What it is divided by.</param>
internal sealed record ValueOptions(string Campaign, int Days, ValueDimension By)
{
    /// <summary>Only events of this type are activity; empty for any.</summary>
    public string Event { get; init; } = "";

    /// <summary>Which part of the customers has its events recorded, of 10,000.</summary>
    public int BehaviorParts { get; init; } = Domain.Experiments.Assignment.Parts;

    /// <summary>The outcome that says that a customer has left; empty for none.</summary>
    public string ChurnOutcome { get; init; } = "";

    /// <summary>The outcome whose amount is the answer, 0 to 10.</summary>
    public string NpsOutcome { get; init; } = "";
}
