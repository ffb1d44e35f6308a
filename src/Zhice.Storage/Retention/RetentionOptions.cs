namespace Zhice.Storage.Retention;

/// <summary>How long is kept what grows with time and nothing else removes.</summary>
public sealed record RetentionOptions
{
    /// <summary>
    /// How many days, at least, the ledger remembers that a contact was counted: so long its run or its event cannot count it again.
    /// </summary>
    /// <value>40 to 3,650; default 100.</value>
    public int LedgerDays { get; init; } = 100;

    /// <summary>How many days it can be asked what a customer was judged to be in a run of a campaign.</summary>
    /// <value>1 to 3,650; default 100.</value>
    public int EvaluationDays { get; init; } = 100;

    /// <summary>How many days an answer is kept that the customer's state has no room for: a day more than a repeat may take.</summary>
    internal static int AnswerDays => 8;
}
